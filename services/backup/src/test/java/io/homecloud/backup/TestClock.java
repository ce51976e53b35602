package io.homecloud.backup;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The application's clock under test: the system's, until a test sets it, as a power cut does. */
@Singleton
public class TestClock extends Clock {
  private volatile Duration ahead = Duration.ZERO;

  void set(Instant now) {
    ahead = Duration.between(Instant.now(), now);
  }

  void setRight() {
    ahead = Duration.ZERO;
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.offset(Clock.system(zone), ahead);
  }
}
