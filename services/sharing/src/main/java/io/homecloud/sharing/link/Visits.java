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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Knows visitors of a link again who were let in: by a cookie that says who and until when, with
 * our signature (HMAC-SHA-256). So a visit counts once, the password is asked for once, and what
 * one visitor brings in pieces is not mixed with another's.
 */
final class Visits {
  static final Duration KEPT = Duration.ofHours(12);
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,15})\\.[0-9a-f-]{36}\\.([A-Za-z0-9_-]{43})");
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
    String visit = until + "." + UUID.randomUUID();
    return visit + "." + signature(link, visit);
  }

  boolean good(UUID link, String cookie) {
    Matcher parts = FORM.matcher(cookie);
    if (!parts.matches()) {
      return false;
    }
    String signature = signature(link, visitor(cookie));
    return MessageDigest.isEqual(bytes(signature), bytes(parts.group(2)))
        && clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(parts.group(1))));
  }

  /** Which visit a good cookie is of; says nothing that would open the link. */
  static String visitor(String cookie) {
    return cookie.substring(0, cookie.lastIndexOf('.'));
  }

  private String signature(UUID link, String visit) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key(), HMAC));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(bytes(link + " " + visit)));
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
