package io.homecloud.sharing.signin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/**
 * The private keys of the installation.
 *
 * @param file a JSON Web Key Set (RFC 7517), the newest first, readable for root alone; read each
 *     time
 */
public record SigningKeys(Path file) {
  /** The one that tokens are signed with. */
  public PublicJsonWebKey newest() {
    try {
      return (PublicJsonWebKey)
          new JsonWebKeySet(Files.readString(file)).getJsonWebKeys().getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("read the keys of sign-in", e);
    } catch (JoseException | RuntimeException e) {
      // Without its text, which may be a part of the secret.
      throw new IllegalStateException("the keys of sign-in in " + file + " cannot be used");
    }
  }
}
