package io.homecloud.sharing.link;

import io.homecloud.control.InstallationKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of this installation for guest links, {@link InstallationKey#GUEST_LINKS}. It signs
 * (HMAC-SHA-256), and it encrypts (AES-256-GCM) what is not to be guessed at on a disk that gets
 * lost.
 */
final class LinkKey {
  private static final String HMAC = "HmacSHA256";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Path secrets;

  /**
   * @param secrets the directory of the installation's secrets
   */
  LinkKey(Path secrets) {
    this.secrets = secrets;
  }

  byte[] signature(String text) {
    return mac(key(), text);
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }

  /** A text for that link alone; the same one when asked again, so the nonce comes from both. */
  String sealed(UUID link, String text) {
    byte[] nonce = Arrays.copyOf(mac(key(), "nonce " + link + " " + text), NONCE_BYTES);
    try {
      byte[] content =
          cipher(Cipher.ENCRYPT_MODE, link, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
      byte[] both = new byte[nonce.length + content.length];
      System.arraycopy(nonce, 0, both, 0, nonce.length);
      System.arraycopy(content, 0, both, nonce.length, content.length);
      return Base64.getEncoder().encodeToString(both);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + CIPHER, e);
    }
  }

  /** What was sealed for that link, with this key; empty when it was not. */
  Optional<String> opened(UUID link, String sealed) {
    try {
      byte[] both = Base64.getDecoder().decode(sealed);
      if (both.length < NONCE_BYTES) {
        return Optional.empty();
      }
      byte[] nonce = Arrays.copyOf(both, NONCE_BYTES);
      byte[] text =
          cipher(Cipher.DECRYPT_MODE, link, nonce)
              .doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES);
      return Optional.of(new String(text, StandardCharsets.UTF_8));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, UUID link, byte[] nonce) throws GeneralSecurityException {
    // Another key than that which signs.
    byte[] key = mac(key(), "passwords of guest links");
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(link.toString().getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private byte[] key() {
    try {
      return InstallationKey.GUEST_LINKS.read(secrets);
    } catch (IOException e) {
      throw new UncheckedIOException("read the key of guest links", e);
    }
  }
}
