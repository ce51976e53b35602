package io.homecloud.storage.schedule;

import io.homecloud.control.schedule.CronTime;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the times of a schedule's spec. */
public final class ScheduleTimes {
  private static final Pattern JITTER = Pattern.compile("([0-9]{1,5})(s|m|h)");

  private ScheduleTimes() {}

  /**
   * The times that a spec means.
   *
   * @throws IllegalArgumentException with a sentence for people
   */
  public static CronTime of(ScheduleSpec spec, UUID uid) {
    return new CronTime(
        spec.schedule(),
        spec.timeZone() == null ? "UTC" : spec.timeZone(),
        jitter(spec.jitter()),
        uid);
  }

  private static Duration jitter(@Nullable String text) {
    if (text == null) {
      return Duration.ZERO;
    }
    Matcher form = JITTER.matcher(text);
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
