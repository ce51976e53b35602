package io.homecloud.control.sign;

import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

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

  private final LongSupplier ticks;
  private final EndedSignIns ended;

  /**
   * @param until a tick of the machine's own counting, which nobody sets: the clock may jump back
   */
  private record Verified(JWTCallerPrincipal principal, long until) {}

  @Inject
  public VerifiedTokens(EndedSignIns ended) {
    this(System::nanoTime, ended);
  }

  VerifiedTokens(LongSupplier ticks, EndedSignIns ended) {
    this.ticks = ticks;
    this.ended = ended;
  }

  @Override
  public JWTCallerPrincipal parse(String token, JWTAuthContextInfo rules) throws ParseException {
    JWTCallerPrincipal principal = verified(token, rules);
    Object session = principal.getClaim("sid");
    if (session instanceof String text && ended.contains(text)) {
      throw new ParseException("the sign-in has ended");
    }
    return principal;
  }

  private JWTCallerPrincipal verified(String token, JWTAuthContextInfo rules)
      throws ParseException {
    Verified known;
    synchronized (verified) {
      known = verified.get(token);
    }
    long now = ticks.getAsLong();
    if (known != null && now - known.until() < 0) {
      return known.principal();
    }
    JWTCallerPrincipal principal = verifier.parse(token, rules);
    Instant expiry = Instant.ofEpochSecond(principal.getExpirationTime());
    Duration left = Duration.between(Instant.now(), expiry);
    long kept = (left.compareTo(KEPT) < 0 ? left : KEPT).toNanos();
    synchronized (verified) {
      verified.put(token, new Verified(principal, now + kept));
    }
    return principal;
  }
}
