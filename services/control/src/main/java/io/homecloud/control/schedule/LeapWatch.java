package io.homecloud.control.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees when a clock goes ahead by more than time can have passed: with an empty battery, or told a
 * wrong year, it would make all that waits for its age old at once. A machine that was switched off
 * for long looks the same. Such a time is believed after the machine has run with it for a day, in
 * which somebody may see what is wrong.
 */
final class LeapWatch {
  /** How far it may go ahead, and how long a leap is not believed. */
  private static final Duration DAY = Duration.ofDays(1);

  private final LongSupplier counter;
  private @Nullable Instant believed;
  private long at;
  private @Nullable Long leaptAt;

  /**
   * @param counter nanoseconds that pass whatever the clock says, as {@link System#nanoTime}
   */
  LeapWatch(LongSupplier counter) {
    this.counter = counter;
  }

  /** Takes this time for right. */
  synchronized void believe(Instant now) {
    believed = now;
    at = counter.getAsLong();
    leaptAt = null;
  }

  /**
   * Whether this time is not to be believed yet.
   *
   * @param noted the last that was believed before this process began; empty when there is none
   */
  synchronized boolean leapt(Instant now, Optional<Instant> noted) {
    long counted = counter.getAsLong();
    Instant last = believed;
    if (last == null) {
      last = noted.orElse(now);
      believe(last);
    }
    if (now.isAfter(last.plusNanos(counted - at).plus(DAY))) {
      if (leaptAt == null) {
        leaptAt = counted;
      }
      if (counted - leaptAt < DAY.toNanos()) {
        return true;
      }
    }
    believe(now);
    return false;
  }
}
