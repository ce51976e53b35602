package io.homecloud.sharing.link;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** The secret in a link: 160 random bits, of which we keep a hash alone. */
final class LinkToken {
  private static final int BYTES = 20;
  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9_-]{27}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private LinkToken() {}

  static String fresh() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static boolean plausible(String text) {
    return TEXT.matcher(text).matches();
  }

  /** Of so many random bits; a slow hash would protect nothing more. */
  static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
