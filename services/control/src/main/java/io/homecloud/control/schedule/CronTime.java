package io.homecloud.control.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;

/**
 * When something is due: a cron expression of five fields (minute, hour, day of month, month, day
 * of week, as in crontab(5)) in a time zone, with a delay that differs per resource and stays the
 * same for each, so that not everything begins on the hour.
 */
public final class CronTime {
  /** Longer than anybody needs; keeps lists of thousands of minutes from being taken apart. */
  private static final int LONGEST = 200;

  private final ExecutionTime times;
  private final ZoneId zone;
  private final Duration delay;

  /**
   * Reads what people wrote.
   *
   * @param jitter the longest delay
   * @param uid whose delay it is
   * @throws IllegalArgumentException with a sentence for people
   */
  public CronTime(String expression, String zone, Duration jitter, UUID uid) {
    try {
      if (expression.length() > LONGEST) {
        throw new IllegalArgumentException("longer than " + LONGEST);
      }
      this.times =
          ExecutionTime.forCron(
              new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                  .parse(expression)
                  .validate());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "A schedule is five fields, minute hour day month weekday, for example '15 3 * * *' for 03:15 every day.",
          e);
    }
    try {
      this.zone = ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("A time zone is a name like Europe/Berlin or UTC.", e);
    }
    if (jitter.isNegative() || jitter.compareTo(Duration.ofHours(24)) > 0) {
      throw new IllegalArgumentException("A jitter is between 0 and 24 hours.");
    }
    long span = Math.max(1, jitter.toSeconds());
    this.delay =
        Duration.ofSeconds(
            Math.floorMod(uid.getMostSignificantBits() ^ uid.getLeastSignificantBits(), span));
  }

  /** The first time after the given one, empty when there will be none (30 February). */
  public Optional<Instant> next(Instant after) {
    return times
        .nextExecution(after.minus(delay).atZone(zone))
        .map(time -> time.toInstant().plus(delay));
  }

  /** The last time from {@code since} on and up to {@code until}, both included if they are one. */
  public Optional<Instant> last(Instant since, Instant until) {
    Instant low = since.minusSeconds(1);
    if (next(low).filter(first -> !first.isAfter(until)).isEmpty()) {
      return Optional.empty();
    }
    Instant high = until;
    // From low on there is one until then, from high on none.
    while (Duration.between(low, high).toSeconds() > 0) {
      Instant middle = low.plus(Duration.between(low, high).dividedBy(2));
      if (next(middle).filter(first -> !first.isAfter(until)).isPresent()) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return next(low);
  }

  public ZoneId zone() {
    return zone;
  }
}
