package io.homecloud.sharing.volume;

import io.homecloud.control.api.Roles;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.UUID;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Signs them with the key of the installation. */
public final class SignedServiceTokens implements ServiceTokens {
  private static final Duration GOOD = Duration.ofMinutes(10);
  private static final Duration USED = Duration.ofMinutes(5);

  private final Path keys;
  private @Nullable String current;
  private long until;

  /**
   * @param keys a JSON Web Key Set with the private key, readable for root alone
   */
  public SignedServiceTokens(Path keys) {
    this.keys = keys;
  }

  @Override
  public synchronized String token() {
    long now = System.nanoTime();
    String token = current;
    if (token == null || now - until > 0) {
      token = sign();
      current = token;
      until = now + USED.toNanos();
    }
    return token;
  }

  private String sign() {
    JsonWebKey key = key();
    if (!(key instanceof EllipticCurveJsonWebKey curve)
        || !(curve.getPrivateKey() instanceof PrivateKey secret)) {
      throw new IllegalStateException("no key to sign with in " + keys);
    }
    return Jwt.issuer("homecloud")
        .audience("homecloud")
        .subject("sharing")
        .upn("sharing")
        .groups(Roles.ADMINISTRATOR)
        .claim("jti", UUID.randomUUID().toString())
        .expiresIn(GOOD)
        .jws()
        .algorithm(SignatureAlgorithm.ES256)
        .keyId(curve.getKeyId())
        .sign(secret);
  }

  private JsonWebKey key() {
    try {
      return new JsonWebKeySet(Files.readString(keys)).getJsonWebKeys().getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JoseException e) {
      throw new IllegalStateException("no key set: " + keys, e);
    }
  }
}
