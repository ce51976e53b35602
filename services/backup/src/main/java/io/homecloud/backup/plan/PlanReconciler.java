package io.homecloud.backup.plan;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.run.RunOrders;
import io.homecloud.backup.source.SourceHealth;
import io.homecloud.backup.source.SourceHealth.Health;
import io.homecloud.backup.verify.Proofs;
import io.homecloud.backup.verify.VerifyStatus;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.CronTime;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.events.Fact;
import io.homecloud.events.backup.BackupFact;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Orders runs when they are due, and keeps to the retention. The loop's own timer wakes it at the
 * next due time; a run that was missed, because nobody was there, is made up for once.
 */
public final class PlanReconciler implements Reconciler<PlanSpec, PlanStatus> {
  public static final String OVERDUE = "Overdue";

  /** The wall clock may be set meanwhile, which a timer does not see. */
  private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

  /** What storage was to be asked for is told once. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

  private final RunOrders orders;
  private final PlanRuns runs;
  private final Occasions occasions;
  private final SourceHealth sources;
  private final Function<Name, Optional<Path>> directories;
  private final Consumer<UUID> cancelRunsOf;
  private final Proofs proofs;
  private final Predicate<Resource<PlanSpec, PlanStatus>> follows;
  private final PlausibleClock clock;

  /**
   * @param directories of repositories that are in one here
   * @param follows a plan to the node of its volumes; false when it is there
   */
  PlanReconciler(
      RunOrders orders,
      PlanRuns runs,
      Occasions occasions,
      SourceHealth sources,
      Function<Name, Optional<Path>> directories,
      Consumer<UUID> cancelRunsOf,
      Proofs proofs,
      Predicate<Resource<PlanSpec, PlanStatus>> follows,
      PlausibleClock clock) {
    this.orders = orders;
    this.runs = runs;
    this.occasions = occasions;
    this.sources = sources;
    this.directories = directories;
    this.cancelRunsOf = cancelRunsOf;
    this.proofs = proofs;
    this.follows = follows;
    this.clock = clock;
  }

  @Override
  public Kind<PlanSpec, PlanStatus> kind() {
    return BackupKinds.PLAN;
  }

  @Override
  public Outcome<PlanStatus> reconcile(Resource<PlanSpec, PlanStatus> plan) {
    if (plan.deleting()) {
      // What was copied stays, and can be restored.
      cancelRunsOf.accept(plan.uid());
      return new Outcome.Gone<>(List.of());
    }
    if (follows.test(plan)) {
      return new Outcome.Written<>();
    }
    runs.takeIn(plan);
    Optional<CronTime> times =
        plan.spec().suspended() ? Optional.empty() : PlanTimes.of(plan.spec(), plan.uid());
    Instant now = clock.instant();
    Instant last = lastDue(plan, now);
    Optional<Instant> due = times.flatMap(schedule -> schedule.next(last));
    boolean isDue = due.isPresent() && !due.get().isAfter(now);
    Optional<DrivesOfPlan> drives = runs.drives(plan);
    // Without a drive that can be used it stays due, and is made up for when one comes.
    boolean possible = isDue && drives.filter(set -> !set.anyUsable()).isEmpty();
    Instant newest =
        possible
            ? times.flatMap(schedule -> schedule.last(due.get(), now)).orElse(due.get())
            : last;
    if (possible) {
      orders.orderDue(plan, newest, now);
    }
    Optional<Health> health = health(plan);
    Instant attach = plan.status() == null ? null : plan.status().lastAttach();
    List<String> degraded = plan.status() == null ? null : plan.status().lastDegraded();
    Optional<Instant> paused = Optional.empty();
    if (!plan.spec().suspended()) {
      attach = occasions.attached(plan, drives);
      degraded = occasions.degraded(plan, health);
      paused = occasions.paused(plan);
      runs.prune(plan);
    }
    Optional<Instant> next = times.flatMap(schedule -> schedule.next(now));
    List<Fact> facts = new ArrayList<>();
    Instant since = runs.withoutSuccessSince(plan);
    Optional<Instant> overdue = PlanTimes.overdue(plan.spec(), times, drives, since);
    Seen seen =
        new Seen(newest, next.orElse(null), since, overdue, attach, degraded, drives, health);
    PlanStatus status = status(plan, seen, facts);
    return Stream.of(
            next,
            paused,
            health.isPresent()
                ? Optional.<Instant>empty()
                : Optional.of(clock.instant().plus(ASK_AGAIN)),
            drives.flatMap(set -> set.nextTurn(now)),
            overdue.filter(now::isBefore),
            Optional.ofNullable(status.verification()).map(VerifyStatus::next))
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder())
        .<Outcome<PlanStatus>>map(at ->
            new Outcome.LookAgain<>(status, facts, sleep(Duration.between(clock.instant(), at))))
        .orElseGet(() -> new Outcome.Settled<>(status, facts));
  }

  /**
   * What was seen, or done, this time.
   *
   * @param since when it had no success
   * @param overdue from when on that is too long
   */
  private record Seen(
      Instant due,
      @Nullable Instant next,
      Instant since,
      Optional<Instant> overdue,
      @Nullable Instant attach,
      @Nullable List<String> degraded,
      Optional<DrivesOfPlan> drives,
      Optional<Health> health) {}

  /** Empty when nobody can say now. */
  private Optional<Health> health(Resource<PlanSpec, PlanStatus> plan) {
    try {
      return Optional.of(
          sources.of(
              plan.spec().sources(),
              plan.spec().onDegraded(),
              directories.apply(plan.spec().repository())));
    } catch (Away e) {
      return Optional.empty();
    }
  }

  private static Duration sleep(Duration until) {
    Duration atLeast = until.compareTo(Duration.ofMillis(50)) < 0 ? Duration.ofMillis(50) : until;
    return atLeast.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : atLeast;
  }

  private static Instant lastDue(Resource<PlanSpec, PlanStatus> plan, Instant now) {
    return PlausibleClock.notAhead(
        plan.status() == null || plan.status().lastDue() == null
            ? plan.metadata().creationTimestamp()
            : plan.status().lastDue(),
        now);
  }

  private PlanStatus status(Resource<PlanSpec, PlanStatus> plan, Seen seen, List<Fact> facts) {
    Conditions conditions =
        new Conditions(plan.conditions(), plan.metadata().generation(), clock.clock());
    clock.tell(conditions);
    Optional<Instant> success = runs.lastSuccess(plan);
    Instant since = seen.since();
    if (clock.plausible()
        && seen.overdue().filter(from -> from.isBefore(clock.instant())).isPresent()) {
      conditions.set(
          OVERDUE,
          Condition.Truth.True,
          OVERDUE,
          "It has had no success since "
              + since
              + ", twice its interval or longer."
              + (plan.spec().schedule() == null
                  ? " It copies when a drive is plugged in: plug one in, or unplug it and plug it in"
                      + " again; with a schedule it would also copy to one that stays."
                  : ""));
      if (!Conditions.isTrue(plan.conditions(), OVERDUE)) {
        facts.add(
            new BackupFact.BackupOverdue(
                plan.uid(), plan.name().value(), plan.node(), since.toString()));
      }
    } else {
      conditions.set(OVERDUE, Condition.Truth.False, "InTime", "");
    }
    PlanConditions.sources(plan, seen.health(), conditions);
    PlanConditions.volumes(runs.ofVolumesBefore(plan), conditions);
    PlanConditions.less(runs.lessThanBefore(plan), conditions);
    String driveDue = PlanConditions.drive(plan, seen.drives(), clock.instant(), conditions, facts);
    VerifyStatus verification =
        proofs.look(
            plan,
            new Proofs.Now(
                clock.instant(),
                clock.plausible(),
                seen.drives().filter(set -> !set.anyUsable()).isEmpty()),
            conditions,
            facts);
    Name newest = runs.newest(plan).orElse(plan.status() == null ? null : plan.status().lastRun());
    return new PlanStatus(
        seen.due().equals(plan.metadata().creationTimestamp()) ? null : seen.due(),
        newest,
        success.orElse(null),
        seen.next(),
        seen.attach(),
        seen.degraded(),
        driveDue,
        verification,
        plan.metadata().generation(),
        (plan.spec().suspended()
                ? conditions.notReady(
                    "Suspended", "Nothing is copied by schedule or deleted while it is suspended.")
                : conditions.ready())
            .build());
  }
}
