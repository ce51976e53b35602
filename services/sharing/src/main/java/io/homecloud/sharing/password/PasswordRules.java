package io.homecloud.sharing.password;

import io.homecloud.control.Name;
import io.homecloud.sharing.SharingProblem;
import java.text.Normalizer;
import java.util.Locale;

/** Which passwords can be used, the same with every protocol. */
final class PasswordRules {
  private static final int SHORTEST = 10;
  private static final int LONGEST = 256;

  private PasswordRules() {}

  /**
   * The password as it is hashed: composed (NFC), since a Mac and a Windows keyboard write umlauts
   * differently.
   *
   * @throws io.homecloud.control.problem.ProblemException when it cannot be used
   */
  static String checked(Name account, String password) {
    String composed = composed(password);
    int length = composed.codePointCount(0, composed.length());
    if (length < SHORTEST || length > LONGEST) {
      throw refused("It has " + SHORTEST + " to " + LONGEST + " characters.");
    }
    if (composed.codePoints().anyMatch(c -> Character.isISOControl(c) || isHalf(c))) {
      throw refused("It has no line breaks and no control characters.");
    }
    if (composed.codePoints().distinct().count() < SHORTEST / 2) {
      throw refused("It has at least " + SHORTEST / 2 + " different characters.");
    }
    if (composed.toLowerCase(Locale.ROOT).contains(account.value())
        && length < account.value().length() + SHORTEST) {
      throw refused("It is not the account's name with little beside it.");
    }
    return composed;
  }

  /** As it is hashed. */
  static String composed(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFC);
  }

  /** Longer than any password is. */
  static boolean tooLong(String composed) {
    return composed.codePointCount(0, composed.length()) > LONGEST;
  }

  /** A surrogate without its other half, which no protocol can carry. */
  private static boolean isHalf(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }

  private static RuntimeException refused(String sentence) {
    return SharingProblem.PASSWORD_REFUSED.because(sentence);
  }
}
