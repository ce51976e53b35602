package io.homecloud.backup.hours;

import io.homecloud.backup.BackupProblem;
import io.homecloud.control.resource.Rule;
import io.homecloud.control.resource.Shape;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A part of each day, in the plan's time zone; over midnight when it ends before it begins.
 *
 * @param from {@code 22:00}
 * @param to {@code 06:00}
 */
@Schema(name = "PlanHours")
@Rule(value = "self.from != self.to", otherwise = "Hours are from one time to another.")
public record Hours(
    @Shape(pattern = "([01][0-9]|2[0-3]):[0-5][0-9]", most = 5) String from,
    @Shape(pattern = "([01][0-9]|2[0-3]):[0-5][0-9]", most = 5) String to) {
  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");

  /**
   * @throws io.homecloud.control.problem.ProblemException VALUE_INVALID
   */
  void check() {
    if (Stream.of(from, to).anyMatch(Hours::isNoTime) || from.equals(to)) {
      throw BackupProblem.VALUE_INVALID.because(
          "Hours are from one time to another, {\"from\":\"22:00\",\"to\":\"06:00\"}.");
    }
  }

  private static boolean isNoTime(@Nullable String text) {
    return text == null || !TIME.matcher(text).matches();
  }

  boolean contain(Instant now, ZoneId zone) {
    LocalTime time = now.atZone(zone).toLocalTime();
    LocalTime begin = LocalTime.parse(from);
    LocalTime end = LocalTime.parse(to);
    return begin.isBefore(end)
        ? !time.isBefore(begin) && time.isBefore(end)
        : !time.isBefore(begin) || time.isBefore(end);
  }

  /** When it begins next. */
  Instant begins(Instant now, ZoneId zone) {
    return next(from, now, zone);
  }

  /** When it ends next. */
  Instant ends(Instant now, ZoneId zone) {
    return next(to, now, zone);
  }

  /** A time that a day does not have, because the clocks are put on, is a later one then. */
  private static Instant next(String time, Instant now, ZoneId zone) {
    LocalDate today = now.atZone(zone).toLocalDate();
    return Stream.of(0, 1, 2)
        .map(days -> today.plusDays(days).atTime(LocalTime.parse(time)).atZone(zone).toInstant())
        .filter(now::isBefore)
        .findFirst()
        .orElseThrow();
  }
}
