package io.homecloud.sharing.signin;

import io.homecloud.control.sign.SigningKeys;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jose4j.jwk.PublicJsonWebKey;

/**
 * Issues the tokens that every service believes: JSON Web Tokens (RFC 7519), ES256, of the first
 * key in the installation's private set. Services know the public keys of all in the set.
 */
public final class TokenIssuer {
  static final Duration VALIDITY = Duration.ofMinutes(15);

  private final SigningKeys keys;
  private final Clock clock;

  public TokenIssuer(SigningKeys keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** What a client shows with each request. */
  public record Token(String text, Instant expiresAt) {
    @Override
    public String toString() {
      return "Token[not shown, " + expiresAt + "]";
    }
  }

  /**
   * @param name for people, in logs and in what was done by whom
   */
  Token issue(UUID account, String name, String role, UUID session) {
    Instant now = clock.instant();
    Instant expiry = now.plus(VALIDITY);
    PublicJsonWebKey key = keys.newest();
    return new Token(
        Jwt.issuer("homecloud")
            .audience("homecloud")
            .subject(account.toString())
            .upn(name)
            .groups(Set.of(role))
            .claim("sid", session.toString())
            .issuedAt(now)
            .expiresAt(expiry)
            .jws()
            .algorithm(SignatureAlgorithm.ES256)
            .keyId(key.getKeyId())
            .sign(key.getPrivateKey()),
        Instant.ofEpochSecond(expiry.getEpochSecond()));
  }
}
