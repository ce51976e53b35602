package io.homecloud.control.schedule;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that knows when it cannot be right: a Raspberry Pi has none of its own and begins in 1970
 * or where it was switched off, and one with an empty battery may begin anywhere. Nothing that
 * deletes by age runs while it is implausible.
 */
public final class PlausibleClock {
  /** No homecloud ran before it was written. */
  private static final Instant WRITTEN = Instant.parse("2026-11-01T00:00:00Z");

  /** What another instance has noted may be of a clock that is a little ahead of this one. */
  private static final Duration BESIDE = Duration.ofMinutes(1);

  private final Clock clock;
  private final Supplier<Instant> newestWritten;
  private final @Nullable Watch watch;

  private record Watch(MachineClock machine, NotedTime noted, LeapWatch leaps) {}

  /**
   * @param newestWritten the newest time that was ever written down; the clock is behind when it is
   *     before that
   */
  public PlausibleClock(Clock clock, Supplier<Instant> newestWritten) {
    this(clock, newestWritten, null);
  }

  private PlausibleClock(Clock clock, Supplier<Instant> newestWritten, @Nullable Watch watch) {
    this.clock = clock;
    this.newestWritten = newestWritten;
    this.watch = watch;
  }

  /**
   * @param clock one of the machine may also be ahead; any other is told by somebody who knows
   * @param newestWritten asked as long as no time was noted
   */
  public static PlausibleClock of(Clock clock, NotedTime noted, Supplier<Instant> newestWritten) {
    return of(clock, noted, newestWritten, System::nanoTime);
  }

  /**
   * @param counter nanoseconds that pass whatever the clock says
   */
  static PlausibleClock of(
      Clock clock, NotedTime noted, Supplier<Instant> newestWritten, LongSupplier counter) {
    return clock instanceof MachineClock machine
        ? new PlausibleClock(
            clock, newestWritten, new Watch(machine, noted, new LeapWatch(counter)))
        : new PlausibleClock(clock, newestWritten);
  }

  public Clock clock() {
    return clock;
  }

  public Instant instant() {
    return clock.instant();
  }

  /** Whether the time can be believed. */
  public boolean plausible() {
    return doubt().isEmpty();
  }

  /**
   * Notes for later starts that this time is believed, when it is; to be called every hour or so.
   */
  public void note() {
    if (watch != null && plausible()) {
      watch.noted().write(clock.instant());
    }
  }

  /** Why the time is not believed, for people. */
  private Optional<String> doubt() {
    Instant now = clock.instant();
    if (credible(now) && watch != null && watch.machine().synchronised()) {
      watch.leaps().believe(now);
      return Optional.empty();
    }
    Optional<Instant> noted = watch == null ? Optional.empty() : watch.noted().read();
    if (!credible(now)
        || now.isBefore(noted.map(at -> at.minus(BESIDE)).orElseGet(newestWritten))) {
      return Optional.of("is in the past. Nothing is deleted by its age until the clock is right.");
    }
    return watch == null || !watch.leaps().leapt(now, noted)
        ? Optional.empty()
        : Optional.of(
            "is more than a day after what it said last, and nothing keeps it right, as NTP would."
                + " Nothing is deleted by its age until something does, or the machine has run with"
                + " that time for a day.");
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
    doubt()
        .ifPresent(doubt ->
            conditions.set(
                "ClockTrusted",
                Condition.Truth.False,
                "ClockImplausible",
                "The clock of the node says "
                    + clock.instant().truncatedTo(ChronoUnit.SECONDS)
                    + ", which "
                    + doubt));
  }
}
