package io.homecloud.backup.plan;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.engine.Chain;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.Runs;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.schedule.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The runs of a plan, and which of them its retention keeps. */
public final class PlanRuns {
  private static final Retention EVERYTHING = new Retention(0, 0, 0, 0, 0, 0);

  /** For so long it is told that a run failed or was cancelled. */
  private static final Duration REMEMBERED = Duration.ofDays(30);

  /** Of several runs in one second the later ones are called by the next seconds. */
  private static final Duration SAME_MOMENT = Duration.ofMinutes(1);

  private final ResourceStore store;
  private final Runs runs;
  private final PlausibleClock clock;

  PlanRuns(ResourceStore store, Runs runs, PlausibleClock clock) {
    this.store = store;
    this.runs = runs;
    this.clock = clock;
  }

  /** When a run of the plan was complete for the last time. */
  Optional<Instant> lastSuccess(Resource<PlanSpec, PlanStatus> plan) {
    return runs.of(plan.uid()).stream()
        .filter(Runs::complete)
        .map(run -> Objects.requireNonNull(run.status()).completedAt())
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder());
  }

  Optional<Name> newest(Resource<PlanSpec, PlanStatus> plan) {
    return runs.of(plan.uid()).stream()
        .max(Comparator.comparing((Resource<RunSpec, RunStatus> run) -> run.spec().at()))
        .map(Resource::name);
  }

  /** What the retention says of each complete run, newest first. */
  List<Retention.Verdict<Name>> judge(Resource<PlanSpec, PlanStatus> plan) {
    Retention retention = Optional.ofNullable(plan.spec().retention()).orElse(EVERYTHING);
    List<Resource<RunSpec, RunStatus>> complete =
        runs.of(plan.uid()).stream().filter(Runs::complete).toList();
    List<Retention.Copy<Name>> copies =
        complete.stream()
            .map(
                run -> new Retention.Copy<>(run.name(), run.spec().at(), true, run.spec().pinned()))
            .toList();
    Map<Name, Chain> chains = new HashMap<>();
    complete.forEach(run -> Runs.chain(run).ifPresent(chain -> chains.put(run.name(), chain)));
    return KeptChains.judge(
        retention.judge(
            copies, PlanTimes.zone(plan.spec().timeZone()), clock.instant().plus(SAME_MOMENT)),
        chains);
  }

  /**
   * Asks for the deletion of what the retention does not keep, and forgets failures of long ago;
   * nothing while the clock cannot be believed.
   */
  void prune(Resource<PlanSpec, PlanStatus> plan) {
    if (!clock.plausible()) {
      return;
    }
    judge(plan).stream()
        .filter(verdict -> !verdict.keeps())
        .forEach(verdict -> delete(verdict.copy().id()));
    Instant longAgo = clock.instant().minus(REMEMBERED);
    runs.of(plan.uid()).stream()
        .filter(run -> !Runs.underWay(run) && !Runs.complete(run))
        .filter(run -> run.spec().at().isBefore(longAgo))
        .forEach(run -> delete(run.name()));
  }

  private void delete(Name run) {
    var _ = store.requestDeletion(BackupKinds.RUN, run, Optional.empty());
  }
}
