package io.homecloud.backup.duplicity;

import io.homecloud.backup.BackupProblem;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How old a full copy may be that others build on. */
final class FullEvery {
  private static final Duration DEFAULT = Duration.ofDays(30);
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,3})([hdw])");

  private FullEvery() {}

  /**
   * Thirty days when nothing is said.
   *
   * @throws io.homecloud.control.problem.ProblemException VALUE_INVALID
   */
  static Duration of(@Nullable String text) {
    if (text == null) {
      return DEFAULT;
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw BackupProblem.VALUE_INVALID.because(
          "spec.fullEvery is a number with h, d or w, for example 30d.");
    }
    long number = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofDays(7 * number);
    };
  }
}
