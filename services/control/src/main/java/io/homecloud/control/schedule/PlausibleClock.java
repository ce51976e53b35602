package io.homecloud.control.schedule;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.events.database.ServiceDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
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

  private static final String PAST =
      "is in the past. Nothing is deleted by its age until the clock is right";
  private static final String A_DAY = ", or the machine has run with that time for a day.";

  private final Clock clock;
  private final Supplier<Instant> newestWritten;
  private final @Nullable Watch watch;

  private record Watch(MachineClock machine, NotedTime noted, LeapWatch leaps, ClockSteps steps) {}

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
   * @param node whose clock it is
   * @param newestWritten asked as long as no time was noted
   */
  public static PlausibleClock of(
      Clock clock, ServiceDatabase database, String node, Supplier<Instant> newestWritten) {
    return of(clock, database, node, newestWritten, System::nanoTime);
  }

  /**
   * @param counter nanoseconds that pass whatever the clock says
   */
  static PlausibleClock of(
      Clock clock,
      ServiceDatabase database,
      String node,
      Supplier<Instant> newestWritten,
      LongSupplier counter) {
    return clock instanceof MachineClock machine
        ? new PlausibleClock(
            clock,
            newestWritten,
            new Watch(
                machine,
                new NotedTime(database),
                new LeapWatch(counter),
                new ClockSteps(database, node, clock.instant(), counter)))
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
   *
   * @return whether it is
   */
  public boolean note() {
    boolean plausible = plausible();
    if (watch != null && plausible) {
      watch.noted().write(clock.instant());
    }
    return plausible;
  }

  /** Why the time is not believed, for people. */
  private Optional<String> doubt() {
    Instant now = clock.instant();
    if (!credible(now) || (watch == null && now.isBefore(newestWritten.get()))) {
      return Optional.of(PAST + ".");
    }
    if (watch == null) {
      return Optional.empty();
    }
    if (watch.machine().synchronised()) {
      watch.leaps().believe(now);
      watch.steps().believe(now);
      return Optional.empty();
    }
    Optional<Instant> noted = watch.noted().read();
    Instant known = noted.isPresent() ? WRITTEN : later(newestWritten.get(), WRITTEN);
    return switch (watch.leaps().judge(now, noted, known)) {
      case BELIEVED -> {
        watch.steps().believe(now);
        yield Optional.empty();
      }
      case BELIEVED_AT_LAST -> {
        // At once: measured by what was noted before it would be wrong again.
        watch.steps().believe(now);
        watch.noted().write(now);
        yield Optional.empty();
      }
      case BEHIND -> Optional.of(PAST + A_DAY);
      case AHEAD ->
          Optional.of(
              "is more than a day after what it said last, or long after this was written, and"
                  + " nothing keeps it right, as NTP would. Nothing is deleted by its age until"
                  + " something does"
                  + A_DAY);
    };
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /**
   * When something was written down by this node that says this time: later than that, where the
   * clock was behind then and has been set since.
   */
  public Instant corrected(Instant said) {
    return watch == null ? said : watch.steps().corrected(said);
  }

  /**
   * Of times that were written down, by whatever: whether that was so long ago. False of each while
   * the clock is not believed.
   */
  public Predicate<Instant> longAgo(Duration age) {
    if (!plausible()) {
      return _ -> false;
    }
    Instant before = clock.instant().minus(age);
    return said -> corrected(said).isBefore(before);
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
