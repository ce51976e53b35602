package io.homecloud.backup.run;

import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.PlausibleClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which of several runs is the newest. A run that was made while the clock was ahead says a time
 * that has not come yet, and must not be taken for the newest until then.
 */
public final class RunTimes {
  /** Of several runs in one second the later ones are called by the next seconds. */
  public static final Duration SAME_MOMENT = Duration.ofMinutes(1);

  private final PlausibleClock clock;

  public RunTimes(PlausibleClock clock) {
    this.clock = clock;
  }

  /** Nothing has been later than this, as far as the clock is right. */
  public Instant latest() {
    return clock.plausible() ? clock.instant().plus(SAME_MOMENT) : Instant.MAX;
  }

  /** The newest of runs of one plan, however it ended. */
  public Optional<Resource<RunSpec, RunStatus>> newest(
      Collection<Resource<RunSpec, RunStatus>> runs) {
    return runs.stream().max(oldestFirst());
  }

  /** When one of them was complete for the last time. */
  public Optional<Instant> lastSuccess(List<Resource<RunSpec, RunStatus>> runs) {
    return Runs.lastSuccess(runs, latest());
  }

  /**
   * The one that is under way is the last. One whose time cannot be right is older than all others,
   * unless it is known by how much the clock was wrong.
   */
  public Comparator<Resource<RunSpec, RunStatus>> oldestFirst() {
    Instant latest = latest();
    return Comparator.comparing((Resource<RunSpec, RunStatus> run) -> Runs.underWay(run))
        .thenComparing(run -> possible(clock.corrected(run.spec().at()), latest))
        .thenComparing(run -> run.spec().at());
  }

  /**
   * Since when something has been there.
   *
   * @param made when it was made, as it says
   * @param later when something happened to it, and counts when it cannot have been made then
   */
  public Instant since(Instant made, Stream<Instant> later) {
    Instant latest = latest();
    Instant corrected = clock.corrected(made);
    return corrected.isAfter(latest)
        ? later.filter(at -> !at.isAfter(latest)).min(Comparator.naturalOrder()).orElse(corrected)
        : corrected;
  }

  private static Instant possible(Instant at, Instant latest) {
    return at.isAfter(latest) ? Instant.MIN : at;
  }
}
