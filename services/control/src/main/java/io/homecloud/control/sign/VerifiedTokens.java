package io.homecloud.control.sign;

import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers for a little while which tokens were good: a client sends the same one with each
 * request, and a signature costs more to verify than most requests to answer. What was refused is
 * verified anew each time.
 */
@Alternative
@Priority(1)
@ApplicationScoped
public class VerifiedTokens extends JWTCallerPrincipalFactory {
  /** A key that was withdrawn is good for at most so long. */
  private static final Duration KEPT = Duration.ofSeconds(30);

  private static final int MOST = 256;

  private final JWTCallerPrincipalFactory verifier = new DefaultJWTCallerPrincipalFactory();
  private final Map<String, Verified> verified =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
          return size() > MOST;
        }
      };

  private record Verified(JWTCallerPrincipal principal, Instant until) {}

  @Override
  public JWTCallerPrincipal parse(String token, JWTAuthContextInfo rules) throws ParseException {
    Instant now = Instant.now();
    Verified known;
    synchronized (verified) {
      known = verified.get(token);
    }
    if (known != null && now.isBefore(known.until())) {
      return known.principal();
    }
    JWTCallerPrincipal principal = verifier.parse(token, rules);
    Instant expiry = Instant.ofEpochSecond(principal.getExpirationTime());
    Instant until = now.plus(KEPT);
    synchronized (verified) {
      verified.put(token, new Verified(principal, until.isBefore(expiry) ? until : expiry));
    }
    return principal;
  }
}
