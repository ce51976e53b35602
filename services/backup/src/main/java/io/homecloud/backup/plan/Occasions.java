package io.homecloud.backup.plan;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.hours.Timetable;
import io.homecloud.backup.run.RunOrders;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.backup.run.Runs;
import io.homecloud.backup.source.SourceHealth.Health;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.PlausibleClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Orders runs, or has them gone on with, for other reasons than their schedule. */
final class Occasions {
  /** Of runs that are to be made up for when a drive comes. */
  private static final Set<String> OWED =
      Set.of(Trouble.DriveGone.name(), Trouble.RepositoryAway.name());

  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final RunOrders orders;
  private final Runs runs;
  private final RunTimes times;
  private final Clock clock;

  /** When plans whose runs wait for the repository try it next. */
  private final Map<UUID, Instant> tries = new ConcurrentHashMap<>();

  Occasions(RunOrders orders, Runs runs, RunTimes times, Clock clock) {
    this.orders = orders;
    this.runs = runs;
    this.times = times;
    this.clock = clock;
  }

  /**
   * A drive came: a run begins when the plan wants that, or when there was to be one and no drive.
   *
   * @return when the last one came that was considered
   */
  @Nullable Instant attached(Resource<PlanSpec, PlanStatus> plan, Optional<DrivesOfPlan> drives) {
    Instant now = clock.instant();
    Instant considered =
        plan.status() == null || plan.status().lastAttach() == null
            ? null
            : PlausibleClock.notAhead(plan.status().lastAttach(), now);
    Optional<Instant> came =
        drives.stream()
            .flatMap(DrivesOfPlan::attaches)
            .map(at -> new Came(at, PlausibleClock.notAhead(at, now)))
            // What a clock that was ahead has written would be later each time that it is read.
            .filter(one -> considered == null || !one.isAhead())
            .map(Came::corrected)
            .max(Comparator.naturalOrder());
    boolean fresh = came.filter(at -> considered == null || at.isAfter(considered)).isPresent();
    if (!fresh || orders.underWay(plan.uid()).isPresent()) {
      return considered;
    }
    if (plan.spec().onAttach() || isOwed(plan)) {
      orders.orderFor(plan, "attached " + came.get(), clock.instant());
    }
    return came.get();
  }

  /**
   * When a drive came.
   *
   * @param said as it was written down
   */
  private record Came(Instant said, Instant corrected) {
    boolean isAhead() {
      return !said.equals(corrected);
    }
  }

  private boolean isOwed(Resource<PlanSpec, PlanStatus> plan) {
    return times
        .newest(runs.of(plan.uid()))
        .flatMap(run -> Conditions.find(run.conditions(), Condition.READY))
        .filter(ready -> OWED.contains(ready.reason()))
        .isPresent();
  }

  /**
   * A pool lost a disk: there is one run more, once.
   *
   * @return the losses for which there was one
   */
  @Nullable List<String> degraded(Resource<PlanSpec, PlanStatus> plan, Optional<Health> health) {
    List<String> known = plan.status() == null ? null : plan.status().lastDegraded();
    if (health.isEmpty() || !plan.spec().onDegraded()) {
      return known;
    }
    List<String> now = health.get().degraded();
    List<String> fresh =
        now.stream().filter(loss -> known == null || !known.contains(loss)).toList();
    if (fresh.isEmpty()) {
      return now.isEmpty() ? null : now;
    }
    if (orders.underWay(plan.uid()).isPresent()) {
      return known;
    }
    orders.orderFor(plan, "degraded " + String.join(", ", fresh), clock.instant());
    return now;
  }

  /**
   * Runs whose window had closed go on when it is open, and those whose repository was away try it
   * again, after ever longer rests.
   *
   * @return when it is to be looked at again; empty when none waits
   */
  Optional<Instant> paused(Resource<PlanSpec, PlanStatus> plan) {
    List<Resource<RunSpec, RunStatus>> waiting =
        runs.of(plan.uid()).stream().filter(Runs::paused).toList();
    boolean goesOn = waiting.stream().anyMatch(orders::goesOn);
    if (waiting.isEmpty() || goesOn) {
      tries.remove(plan.uid());
    }
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    Timetable hours = plan.spec().timetable(clock);
    if (hours.open()) {
      Instant now = clock.instant();
      Instant at =
          goesOn ? now : tries.computeIfAbsent(plan.uid(), _ -> now.plus(rest(waiting, now)));
      if (at.isAfter(now)) {
        return Optional.of(at);
      }
      tries.remove(plan.uid());
      boolean goOn = true;
      for (Resource<RunSpec, RunStatus> run : waiting) {
        goOn &= orders.goOn(run);
      }
      // Who waits behind other runs of the repository wakes the plan at its end.
      return goOn ? Optional.empty() : Optional.of(clock.instant().plusSeconds(2));
    }
    return hours.opens();
  }

  /** Half of what it has been away: soon after a moment, and not all the time for a day. */
  private static Duration rest(List<Resource<RunSpec, RunStatus>> waiting, Instant now) {
    return waiting.stream()
        .flatMap(run -> Runs.awaySince(run).stream())
        .map(since -> Duration.between(since, now).dividedBy(2))
        .map(half -> half.compareTo(SHORTEST) < 0 ? SHORTEST : half)
        .map(half -> half.compareTo(LONGEST) > 0 ? LONGEST : half)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }
}
