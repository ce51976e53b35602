package io.homecloud.control.schedule;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the longest delay of a schedule. */
public final class Jitter {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,5})(s|m|h)");

  private Jitter() {}

  /**
   * None when absent.
   *
   * @throws IllegalArgumentException with a sentence for people
   */
  public static Duration of(@Nullable String text) {
    if (text == null) {
      return Duration.ZERO;
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("A jitter is a number with s, m or h, for example 5m.");
    }
    long number = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }
}
