package io.homecloud.sharing.link;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Knows visitors of a link again who were let in: by a cookie that says until when, with our
 * signature (HMAC-SHA-256). So a visit counts once, and the password is asked for once.
 */
final class Visits {
  static final Duration KEPT = Duration.ofHours(12);
  private static final String HMAC = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final Path file;
  private final Clock clock;

  /**
   * @param secrets the directory of the installation's secrets
   */
  Visits(Path secrets, Clock clock) {
    this.file = secrets.resolve("guest-links.key");
    this.clock = clock;
  }

  /** What a visitor of the link brings back. */
  String cookie(UUID link) {
    String until = Long.toString(clock.instant().plus(KEPT).getEpochSecond());
    return until + "." + signature(link, until);
  }

  boolean good(UUID link, String cookie) {
    int dot = cookie.indexOf('.');
    if (dot < 1
        || dot > 15
        || !cookie.substring(0, dot).chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    String until = cookie.substring(0, dot);
    boolean ours =
        MessageDigest.isEqual(bytes(signature(link, until)), bytes(cookie.substring(dot + 1)));
    return ours && clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(until)));
  }

  private String signature(UUID link, String until) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key(), HMAC));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(bytes(link + " " + until)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private synchronized byte[] key() {
    try {
      if (!Files.exists(file)) {
        make();
      }
      byte[] key = Files.readAllBytes(file);
      if (key.length != KEY_BYTES) {
        throw new IllegalStateException(file + " is damaged; remove it");
      }
      return key;
    } catch (IOException e) {
      throw new UncheckedIOException("read the key of guest links", e);
    }
  }

  private void make() throws IOException {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Files.createDirectories(file.getParent());
    WholeFile.secret(file).replace(key);
  }
}
