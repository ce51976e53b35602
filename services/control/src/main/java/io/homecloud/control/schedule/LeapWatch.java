package io.homecloud.control.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees when a clock is where time cannot have brought it: with an empty battery, or told a wrong
 * year, it would make all that waits for its age old at once. A machine that was switched off for
 * long looks the same. Such a time is believed after the machine has run with it for a day, in
 * which somebody may see what is wrong.
 */
final class LeapWatch {
  /** How far it may go ahead, and how long a leap is not believed. */
  private static final Duration DAY = Duration.ofDays(1);

  /** How long after it was written a program is started for the first time. */
  private static final Duration YEARS = Duration.ofDays(5 * 365);

  /** What another instance has noted may be of a clock that is a little ahead of this one. */
  private static final Duration BESIDE = Duration.ofMinutes(1);

  private final LongSupplier counter;
  private @Nullable Point believed;
  private @Nullable Point doubted;

  /** What the clock said when so many nanoseconds had been counted. */
  private record Point(Instant said, long counted) {
    Instant at(long later) {
      return said.plusNanos(later - counted);
    }
  }

  /** What to think of a time. */
  enum Judgement {
    BELIEVED,
    /** It was doubted for a day. */
    BELIEVED_AT_LAST,
    BEHIND,
    AHEAD
  }

  /**
   * @param counter nanoseconds that pass whatever the clock says, as {@link System#nanoTime}
   */
  LeapWatch(LongSupplier counter) {
    this.counter = counter;
  }

  /** Takes this time for right. */
  synchronized void believe(Instant now) {
    believed = new Point(now, counter.getAsLong());
    doubted = null;
  }

  /**
   * Whether to believe a time.
   *
   * @param noted the last that was believed by anybody; empty when there is none
   * @param known an earlier time than this it cannot be
   */
  synchronized Judgement judge(Instant now, Optional<Instant> noted, Instant known) {
    long counted = counter.getAsLong();
    Judgement judgement = Judgement.BELIEVED;
    if (now.isBefore(noted.map(at -> at.minus(BESIDE)).orElse(known))) {
      judgement = Judgement.BEHIND;
    } else if (now.isAfter(latest(counted, noted, known))) {
      judgement = Judgement.AHEAD;
    }
    if (judgement == Judgement.BELIEVED) {
      believe(now);
      return judgement;
    }
    Point since = doubted;
    if (since == null || Duration.between(since.at(counted), now).abs().compareTo(DAY) > 0) {
      since = new Point(now, counted);
      doubted = since;
    }
    if (counted - since.counted() < DAY.toNanos()) {
      return judgement;
    }
    believe(now);
    return Judgement.BELIEVED_AT_LAST;
  }

  private Instant latest(long counted, Optional<Instant> noted, Instant known) {
    if (believed == null) {
      return noted.map(at -> at.plus(DAY)).orElseGet(() -> known.plus(YEARS));
    }
    return believed.at(counted).plus(DAY);
  }
}
