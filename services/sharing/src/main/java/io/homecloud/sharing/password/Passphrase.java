package io.homecloud.sharing.password;

import java.text.Normalizer;

/** Passwords that only we check, such as those of guest links. */
public final class Passphrase {
  private Passphrase() {}

  /** As it is kept: Argon2id. */
  public static String hash(String password) {
    return Argon2.hash(composed(password));
  }

  public static boolean matches(String password, String hash) {
    return Argon2.matches(composed(password), hash);
  }

  private static String composed(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFC);
  }
}
