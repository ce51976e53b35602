package io.homecloud.control.schedule;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/**
 * A clock that knows when it cannot be right: a Raspberry Pi has none of its own and begins in 1970
 * or where it was switched off. Nothing that deletes by age runs while it is implausible.
 */
public final class PlausibleClock {
  /** No homecloud ran before it was written. */
  private static final Instant WRITTEN = Instant.parse("2026-11-01T00:00:00Z");

  private final Clock clock;
  private final Supplier<Instant> newestKnown;

  /**
   * @param newestKnown the newest time that was ever written down; the clock is behind when it is
   *     before that
   */
  public PlausibleClock(Clock clock, Supplier<Instant> newestKnown) {
    this.clock = clock;
    this.newestKnown = newestKnown;
  }

  public Clock clock() {
    return clock;
  }

  public Instant instant() {
    return clock.instant();
  }

  /** Whether the time can be believed. */
  public boolean plausible() {
    Instant now = clock.instant();
    return credible(now) && !now.isBefore(newestKnown.get());
  }

  /** Whether a time that was written down can have been right; if not, nobody knows its age. */
  public static boolean credible(Instant time) {
    return time.isAfter(WRITTEN);
  }

  /**
   * A time that was written down, or now when a clock that was ahead has written it: counted from
   * there nothing would be due for years. A clock that begins in 1970 says nothing about that.
   */
  public static Instant notAhead(Instant said, Instant now) {
    return said.isAfter(now) && credible(now) ? now.truncatedTo(ChronoUnit.SECONDS) : said;
  }

  /**
   * Says so on a resource of which nothing is deleted for that reason; nothing when it is right.
   */
  public void tell(Conditions conditions) {
    if (!plausible()) {
      conditions.set(
          "ClockTrusted",
          Condition.Truth.False,
          "ClockImplausible",
          "The clock of the node says "
              + clock.instant().truncatedTo(ChronoUnit.SECONDS)
              + ", which is in the past. Nothing is deleted by its age until the clock is right.");
    }
  }
}
