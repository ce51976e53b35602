package io.homecloud.control.sign;

import io.homecloud.control.api.Roles;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import java.time.Duration;
import java.util.UUID;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jspecify.annotations.Nullable;

/** Signs them with the key of the installation. */
public final class SignedServiceTokens implements ServiceTokens {
  private static final Duration GOOD = Duration.ofMinutes(10);
  private static final Duration USED = Duration.ofMinutes(5);

  private final SigningKeys keys;
  private final String service;
  private @Nullable String current;
  private @Nullable String keyId;
  private long until;

  /**
   * @param service who asks
   */
  public SignedServiceTokens(SigningKeys keys, String service) {
    this.keys = keys;
    this.service = service;
  }

  @Override
  public synchronized String token() {
    long now = System.nanoTime();
    String token = current;
    PublicJsonWebKey key = keys.newest();
    if (token == null || now - until > 0 || !key.getKeyId().equals(keyId)) {
      token = sign(key);
      current = token;
      keyId = key.getKeyId();
      until = now + USED.toNanos();
    }
    return token;
  }

  private String sign(PublicJsonWebKey key) {
    return Jwt.issuer("homecloud")
        .audience("homecloud")
        .subject(service)
        .upn(service)
        .groups(Roles.ADMINISTRATOR)
        .claim("jti", UUID.randomUUID().toString())
        .expiresIn(GOOD)
        .jws()
        .algorithm(SignatureAlgorithm.ES256)
        .keyId(key.getKeyId())
        .sign(key.getPrivateKey());
  }
}
