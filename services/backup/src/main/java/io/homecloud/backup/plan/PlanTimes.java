package io.homecloud.backup.plan;

import io.homecloud.control.schedule.CronTime;
import io.homecloud.control.schedule.Jitter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
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

  /**
   * From when on a plan is overdue that has had no success since then: after twice the time between
   * the next two times, and not before the second of them, as weekends and nights have none.
   */
  static Optional<Instant> overdue(CronTime times, Instant since) {
    return times
        .next(since)
        .flatMap(first ->
            times
                .next(first)
                .map(second -> {
                  Instant twice = since.plus(Duration.between(first, second).multipliedBy(2));
                  return twice.isAfter(second) ? twice : second;
                }));
  }

  /**
   * The same of a plan that copies when a drive is plugged in: after twice the time that each is to
   * have its turn again, with a schedule or without.
   *
   * @param times empty when it has none
   */
  static Optional<Instant> overdue(
      PlanSpec spec, Optional<CronTime> times, Optional<DrivesOfPlan> drives, Instant since) {
    if (spec.suspended()) {
      return Optional.empty();
    }
    return times.isPresent()
        ? overdue(times.get(), since)
        : drives
            .filter(_ -> spec.onAttach())
            .map(set -> since.plus(set.swapEvery().multipliedBy(2)));
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
