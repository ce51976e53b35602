package io.homecloud.control.sign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    return all().getFirst();
  }

  /** All whose tokens are good, the newest first; never none. */
  public List<PublicJsonWebKey> all() {
    try {
      List<PublicJsonWebKey> keys =
          new JsonWebKeySet(Files.readString(file))
              .getJsonWebKeys().stream().map(PublicJsonWebKey.class::cast).toList();
      if (keys.isEmpty()) {
        throw new IllegalStateException("none");
      }
      return keys;
    } catch (IOException e) {
      throw new UncheckedIOException("read the keys of sign-in", e);
    } catch (JoseException | RuntimeException e) {
      // Without its text, which may be a part of the secret.
      throw new IllegalStateException("the keys of sign-in in " + file + " cannot be used");
    }
  }
}
