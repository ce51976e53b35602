package io.homecloud.control.schedule;

import io.homecloud.host.KernelClock;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The system's clock in UTC, which may be wrong, and is right while somebody keeps it so. */
public class MachineClock extends Clock {
  private static final Clock SYSTEM = Clock.systemUTC();

  /** Whether something outside, as NTP, keeps it right at this time. */
  public boolean synchronised() {
    return KernelClock.synchronised();
  }

  @Override
  public Instant instant() {
    return SYSTEM.instant();
  }

  @Override
  public long millis() {
    return SYSTEM.millis();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return SYSTEM.withZone(zone);
  }
}
