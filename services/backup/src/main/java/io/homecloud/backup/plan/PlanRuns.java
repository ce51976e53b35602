package io.homecloud.backup.plan;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.engine.Chain;
import io.homecloud.backup.run.RunOrders;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.backup.run.Runs;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.schedule.Retention;
import io.homecloud.events.database.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The runs of a plan, and which of them its retention keeps. */
public final class PlanRuns {
  private static final Retention EVERYTHING = new Retention(0, 0, 0, 0, 0, 0);

  /** For so long it is told that a run failed or was cancelled. */
  private static final Duration REMEMBERED = Duration.ofDays(30);

  private final ResourceStore store;
  private final Runs runs;
  private final RunTimes times;
  private final PlausibleClock clock;

  PlanRuns(ResourceStore store, Runs runs, RunTimes times, PlausibleClock clock) {
    this.store = store;
    this.runs = runs;
    this.times = times;
    this.clock = clock;
  }

  /** When a run of the plan was complete for the last time. */
  Optional<Instant> lastSuccess(Resource<PlanSpec, PlanStatus> plan) {
    return times.lastSuccess(runs.of(plan.uid()));
  }

  /**
   * Since when it has had no success. Made while the clock was ahead, it would not be overdue for
   * years.
   */
  Instant withoutSuccessSince(Resource<PlanSpec, PlanStatus> plan) {
    List<Resource<RunSpec, RunStatus>> all = runs.of(plan.uid());
    Instant due = plan.status() == null ? null : plan.status().lastDue();
    return times
        .lastSuccess(all)
        .orElseGet(() ->
            times.since(
                plan.metadata().creationTimestamp(),
                Stream.concat(Stream.ofNullable(due), all.stream().map(run -> run.spec().at()))));
  }

  /** The drives that it copies to, when its repository is a set of them. */
  Optional<DrivesOfPlan> drives(Resource<PlanSpec, PlanStatus> plan) {
    return DrivesOfPlan.of(store, plan.spec(), runs.of(plan.uid()), times.latest());
  }

  Optional<Name> newest(Resource<PlanSpec, PlanStatus> plan) {
    return times.newest(runs.of(plan.uid())).map(Resource::name);
  }

  /**
   * What becomes of a complete run.
   *
   * @param over whether it goes because all are larger together than the plan allows
   */
  record Judged(Retention.Verdict<Name> verdict, boolean over) {
    boolean keeps() {
      return verdict.keeps() && !over;
    }
  }

  /**
   * Takes in the runs that name the plan and are not its own: they were found before it was there,
   * or are of one of that name that is gone.
   */
  void takeIn(Resource<PlanSpec, PlanStatus> plan) {
    store.useTransaction(transaction ->
        transaction
            .handle()
            .createQuery(
                """
                update resource set parent = :uid, revision = nextval('revision')
                where kind = :run and labels @> jsonb_build_object(:label::text, :plan::text)
                  and spec->>'plan' = :plan and spec->>'installation' is null
                  and parent is distinct from :uid returning uid\
                """)
            .bind("uid", plan.uid())
            .bind("run", BackupKinds.RUN.name())
            .bind("label", RunOrders.LABEL)
            .bind("plan", plan.name().value())
            .mapTo(UUID.class)
            .list()
            .forEach(run -> transaction.signal(Signal.Topic.STATUS, run)));
  }

  /** Where a copy is; when the repository is a set of drives, on which. */
  private record Place(Name repository, String drive) {
    static Place of(Resource<RunSpec, RunStatus> run) {
      return new Place(run.spec().repository(), Runs.drive(run).orElse(""));
    }
  }

  /**
   * What becomes of each complete run, newest first. Each place is judged by itself: a drive that
   * comes back has still what it is to have, and so has a repository that the plan does not copy to
   * any more.
   */
  List<Judged> judge(Resource<PlanSpec, PlanStatus> plan) {
    return judge(plan, plan.spec());
  }

  /**
   * The same, if it were that which the plan wishes.
   *
   * @param spec of the same plan
   */
  List<Judged> judge(Resource<PlanSpec, PlanStatus> plan, PlanSpec spec) {
    List<Resource<RunSpec, RunStatus>> complete = complete(plan);
    VolumesBefore before = new VolumesBefore(complete, times.latest());
    LessThanBefore less = new LessThanBefore(complete, times.latest());
    return places(complete).stream()
        .flatMap(
            there -> judge(spec, there, before.stay(there).keySet(), less.stay(there)).stream())
        .sorted(Comparator.comparing((Judged one) -> one.verdict().copy().at()).reversed())
        .toList();
  }

  /**
   * The runs that stay because a volume was made anew or is not copied any more, each with the
   * names of those volumes.
   */
  Map<Name, Set<Name>> ofVolumesBefore(Resource<PlanSpec, PlanStatus> plan) {
    List<Resource<RunSpec, RunStatus>> complete = complete(plan);
    VolumesBefore before = new VolumesBefore(complete, times.latest());
    Map<Name, Set<Name>> stay = new TreeMap<>();
    places(complete).forEach(there -> stay.putAll(before.stay(there)));
    return stay;
  }

  /** A sentence when the newest copy has next to nothing of what there was. */
  Optional<String> lessThanBefore(Resource<PlanSpec, PlanStatus> plan) {
    List<Resource<RunSpec, RunStatus>> complete = complete(plan);
    return new LessThanBefore(complete, times.latest()).told(complete);
  }

  private List<Resource<RunSpec, RunStatus>> complete(Resource<PlanSpec, PlanStatus> plan) {
    return runs.of(plan.uid()).stream().filter(Runs::complete).toList();
  }

  private static Collection<List<Resource<RunSpec, RunStatus>>> places(
      List<Resource<RunSpec, RunStatus>> runs) {
    return runs.stream().collect(Collectors.groupingBy(Place::of)).values();
  }

  private List<Judged> judge(
      PlanSpec spec,
      List<Resource<RunSpec, RunStatus>> there,
      Set<Name> ofVolumesBefore,
      Set<Name> full) {
    Retention retention = Optional.ofNullable(spec.retention()).orElse(EVERYTHING);
    List<Retention.Copy<Name>> copies =
        there.stream()
            .map(
                run -> new Retention.Copy<>(run.name(), run.spec().at(), true, run.spec().pinned()))
            .toList();
    Map<Name, Chain> chains = new HashMap<>();
    there.forEach(run -> Runs.chain(run).ifPresent(chain -> chains.put(run.name(), chain)));
    List<Retention.Verdict<Name>> verdicts =
        KeptChains.judge(
            VolumesBefore.judge(
                VolumesBefore.judge(
                    retention.judge(
                        copies,
                        PlanTimes.zone(spec.timeZone()),
                        clock.instant().plus(RunTimes.SAME_MOMENT)),
                    ofVolumesBefore,
                    VolumesBefore.REASON),
                full,
                LessThanBefore.REASON),
            chains);
    List<Name> over =
        spec.softQuota() == null
            ? List.of()
            : new SoftQuota(spec.softQuota().bytes(), there).over(verdicts, chains);
    return verdicts.stream()
        .map(verdict -> new Judged(verdict, over.contains(verdict.copy().id())))
        .toList();
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
        .filter(judged -> !judged.keeps())
        .forEach(judged -> delete(judged.verdict().copy().id()));
    Instant longAgo = clock.instant().minus(REMEMBERED);
    runs.of(plan.uid()).stream()
        // Not one that was complete and is missing now: its copy may come back.
        .filter(run -> !Runs.underWay(run) && !Runs.ended(run, RunState.Completed))
        .filter(run -> run.spec().at().isBefore(longAgo))
        .forEach(run -> delete(run.name()));
  }

  private void delete(Name run) {
    var _ = store.requestDeletion(BackupKinds.RUN, run, Optional.empty());
  }
}
