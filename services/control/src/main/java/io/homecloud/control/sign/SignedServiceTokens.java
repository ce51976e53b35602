package io.homecloud.control.sign;

import io.homecloud.control.api.Roles;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jspecify.annotations.Nullable;

/** Signs them with the key of the installation. */
public final class SignedServiceTokens implements ServiceTokens {
  private static final Duration GOOD = Duration.ofMinutes(10);
  private static final Duration USED = Duration.ofMinutes(5);

  private final SigningKeys keys;
  private final String service;
  private final InstantSource clock;
  private @Nullable String current;
  private @Nullable String keyId;
  private Instant made = Instant.MIN;

  /**
   * @param service who asks
   */
  public SignedServiceTokens(SigningKeys keys, String service) {
    this(keys, service, InstantSource.system());
  }

  SignedServiceTokens(SigningKeys keys, String service, InstantSource clock) {
    this.keys = keys;
    this.service = service;
    this.clock = clock;
  }

  @Override
  public synchronized String token() {
    // Of the clock that says whether it is still good, which may be set.
    Instant now = clock.instant();
    String token = current;
    PublicJsonWebKey key = keys.newest();
    if (token == null
        || now.isBefore(made)
        || now.isAfter(made.plus(USED))
        || !key.getKeyId().equals(keyId)) {
      token = sign(key, now);
      current = token;
      keyId = key.getKeyId();
      made = now;
    }
    return token;
  }

  private String sign(PublicJsonWebKey key, Instant now) {
    return Jwt.issuer("homecloud")
        .audience("homecloud")
        .subject(service)
        .upn(service)
        .groups(Roles.ADMINISTRATOR)
        .claim("jti", UUID.randomUUID().toString())
        .issuedAt(now)
        .expiresAt(now.plus(GOOD))
        .jws()
        .algorithm(SignatureAlgorithm.ES256)
        .keyId(key.getKeyId())
        .sign(key.getPrivateKey());
  }
}
