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
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

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

  private final JWTCallerPrincipalFactory first = new DefaultJWTCallerPrincipalFactory();
  private final String keys;
  private volatile @Nullable Verifier verifier;
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

  /**
   * Knows the keys that it was made with.
   *
   * @param file what their file was like
   */
  private record Verifier(
      Object file, JWTCallerPrincipalFactory factory, JWTAuthContextInfo rules) {}

  /**
   * @param keys URL of the public keys; those of a file are followed as the file changes
   */
  @Inject
  public VerifiedTokens(
      EndedSignIns ended, @ConfigProperty(name = "mp.jwt.verify.publickey.location") String keys) {
    this(System::nanoTime, ended, keys);
  }

  VerifiedTokens(LongSupplier ticks, EndedSignIns ended, String keys) {
    this.ticks = ticks;
    this.ended = ended;
    this.keys = keys;
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
    JWTCallerPrincipal principal = verify(token, rules);
    Instant expiry = Instant.ofEpochSecond(principal.getExpirationTime());
    Duration left = Duration.between(Instant.now(), expiry);
    long kept = (left.compareTo(KEPT) < 0 ? left : KEPT).toNanos();
    synchronized (verified) {
      verified.put(token, new Verified(principal, now + kept));
    }
    return principal;
  }

  /** Keys come and go while we run: their file is replaced as a whole. */
  private JWTCallerPrincipal verify(String token, JWTAuthContextInfo rules) throws ParseException {
    if (!keys.startsWith("file:")) {
      return first.parse(token, rules);
    }
    Verifier known = verifier;
    try {
      Path file = Path.of(URI.create(keys));
      Object now = Files.readAttributes(file, "unix:dev,ino,lastModifiedTime,size");
      if (known == null || !known.file().equals(now)) {
        JWTAuthContextInfo fresh = new JWTAuthContextInfo(rules);
        fresh.setPublicKeyLocation(null);
        fresh.setPublicKeyContent(Files.readString(file));
        known = new Verifier(now, new DefaultJWTCallerPrincipalFactory(), fresh);
        verifier = known;
      }
    } catch (IOException e) {
      if (known == null) {
        throw new ParseException("the keys cannot be read", e);
      }
    }
    return known.factory().parse(token, known.rules());
  }
}
