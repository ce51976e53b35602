package io.homecloud.backup.hours;

import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.engine.Pace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** When may be copied, and how fast then. The first of several limits that holds counts. */
public final class Timetable implements Pace {
  private static final int MOST = 24;

  /** What copies is asked to end so long before the window does, so that it ends within. */
  private static final Duration ORDERLY = Duration.ofSeconds(2);

  private final @Nullable Hours window;
  private final List<Bandwidth> limits;
  private final ZoneId zone;
  private final Clock clock;

  public Timetable(
      @Nullable Hours window, @Nullable List<Bandwidth> limits, ZoneId zone, Clock clock) {
    this.window = window;
    this.limits = limits == null ? List.of() : limits;
    this.zone = zone;
    this.clock = clock;
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException VALUE_INVALID
   */
  public static void check(@Nullable Hours window, @Nullable List<Bandwidth> limits) {
    if (window != null) {
      window.check();
    }
    if (limits != null) {
      if (limits.size() > MOST) {
        throw BackupProblem.VALUE_INVALID.because("spec.bandwidth has up to 24 entries.");
      }
      for (Bandwidth limit : limits) {
        if (limit == null) {
          throw BackupProblem.VALUE_INVALID.because("Each of spec.bandwidth has a limit.");
        }
        limit.check();
      }
    }
  }

  public boolean open() {
    return window == null || window.contain(clock.instant(), zone);
  }

  /** When the window opens next; empty when there is none. */
  public Optional<Instant> opens() {
    return Optional.ofNullable(window).map(hours -> hours.begins(clock.instant(), zone));
  }

  @Override
  public Step now() {
    Instant now = clock.instant();
    OptionalLong limit =
        limits.stream()
            .filter(one -> one.hours().filter(hours -> !hours.contain(now, zone)).isEmpty())
            .mapToLong(one -> one.limit().bytes())
            .findFirst();
    return new Step(limit, boundary(now).map(end -> Duration.between(now, end)));
  }

  private Optional<Instant> boundary(Instant now) {
    List<Instant> boundaries = new ArrayList<>();
    for (Bandwidth limit : limits) {
      limit
          .hours()
          .ifPresent(hours -> {
            boundaries.add(hours.begins(now, zone));
            boundaries.add(hours.ends(now, zone));
          });
    }
    if (window != null) {
      Instant end = window.ends(now, zone).minus(ORDERLY);
      boundaries.add(end.isAfter(now) ? end : now.plus(ORDERLY));
    }
    return boundaries.stream().min(Comparator.naturalOrder());
  }
}
