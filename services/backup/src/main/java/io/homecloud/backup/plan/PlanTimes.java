package io.homecloud.backup.plan;

import io.homecloud.control.schedule.CronTime;
import io.homecloud.control.schedule.Jitter;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the times of a plan's spec. */
final class PlanTimes {
  private PlanTimes() {}

  /**
   * The times that a spec means; empty when it has no schedule.
   *
   * @throws IllegalArgumentException with a sentence for people
   */
  static Optional<CronTime> of(PlanSpec spec, UUID uid) {
    if (spec.schedule() == null) {
      var _ = zone(spec.timeZone());
      return Optional.empty();
    }
    return Optional.of(
        new CronTime(
            spec.schedule(),
            spec.timeZone() == null ? "UTC" : spec.timeZone(),
            Jitter.of(spec.jitter()),
            uid));
  }

  /** Whose days and weeks count. */
  static ZoneId zone(@Nullable String name) {
    try {
      return ZoneId.of(name == null ? "UTC" : name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("A time zone is a name like Europe/Berlin or UTC.", e);
    }
  }
}
