package io.homecloud.storage.schedule;

import io.homecloud.control.schedule.CronTime;
import io.homecloud.control.schedule.Jitter;
import java.util.UUID;

/** Reads the times of a schedule's spec. */
public final class ScheduleTimes {
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
        Jitter.of(spec.jitter()),
        uid);
  }
}
