package io.homecloud.sharing.volume;

import io.homecloud.control.api.Roles;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
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
    PublicJsonWebKey key = key();
    return Jwt.issuer("homecloud")
        .audience("homecloud")
        .subject("sharing")
        .upn("sharing")
        .groups(Roles.ADMINISTRATOR)
        .claim("jti", UUID.randomUUID().toString())
        .expiresIn(GOOD)
        .jws()
        .algorithm(SignatureAlgorithm.ES256)
        .keyId(key.getKeyId())
        .sign(key.getPrivateKey());
  }

  private PublicJsonWebKey key() {
    try {
      return (PublicJsonWebKey)
          new JsonWebKeySet(Files.readString(keys)).getJsonWebKeys().getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JoseException | RuntimeException e) {
      // Without its text, which may be a part of the secret.
      throw new IllegalStateException("the keys in " + keys + " cannot be used");
    }
  }
}
