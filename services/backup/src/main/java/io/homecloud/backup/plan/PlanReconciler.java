package io.homecloud.backup.plan;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.run.RunOrders;
import io.homecloud.backup.verify.Proofs;
import io.homecloud.backup.verify.VerifyStatus;
import io.homecloud.control.Name;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Orders runs when they are due, and keeps to the retention. The loop's own timer wakes it at the
 * next due time; a run that was missed, because nobody was there, is made up for once.
 */
public final class PlanReconciler implements Reconciler<PlanSpec, PlanStatus> {
  static final String OVERDUE = "Overdue";

  /** The wall clock may be set meanwhile, which a timer does not see. */
  private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

  private final RunOrders orders;
  private final PlanRuns runs;
  private final Consumer<UUID> cancelRunsOf;
  private final Proofs proofs;
  private final PlausibleClock clock;

  PlanReconciler(
      RunOrders orders,
      PlanRuns runs,
      Consumer<UUID> cancelRunsOf,
      Proofs proofs,
      PlausibleClock clock) {
    this.orders = orders;
    this.runs = runs;
    this.cancelRunsOf = cancelRunsOf;
    this.proofs = proofs;
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
    Optional<CronTime> times =
        plan.spec().suspended() ? Optional.empty() : PlanTimes.of(plan.spec(), plan.uid());
    Instant now = clock.instant();
    Instant last = lastDue(plan);
    Optional<Instant> due = times.flatMap(schedule -> schedule.next(last));
    boolean isDue = due.isPresent() && !due.get().isAfter(now);
    Instant newest =
        isDue ? times.flatMap(schedule -> schedule.last(due.get(), now)).orElse(due.get()) : last;
    if (isDue) {
      orders.orderDue(plan, newest, now);
    }
    if (!plan.spec().suspended()) {
      runs.prune(plan);
    }
    Optional<Instant> next = times.flatMap(schedule -> schedule.next(now));
    List<Fact> facts = new ArrayList<>();
    PlanStatus status = status(plan, newest, next.orElse(null), times, facts);
    return earlier(next, status.verification())
        .<Outcome<PlanStatus>>map(at ->
            new Outcome.LookAgain<>(status, facts, sleep(Duration.between(clock.instant(), at))))
        .orElseGet(() -> new Outcome.Settled<>(status, facts));
  }

  private static Optional<Instant> earlier(
      Optional<Instant> run, @Nullable VerifyStatus verification) {
    Instant proof = verification == null ? null : verification.next();
    return proof == null || run.filter(at -> at.isBefore(proof)).isPresent()
        ? run
        : Optional.of(proof);
  }

  private static Duration sleep(Duration until) {
    Duration atLeast = until.compareTo(Duration.ofMillis(50)) < 0 ? Duration.ofMillis(50) : until;
    return atLeast.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : atLeast;
  }

  private static Instant lastDue(Resource<PlanSpec, PlanStatus> plan) {
    return plan.status() == null || plan.status().lastDue() == null
        ? plan.metadata().creationTimestamp()
        : plan.status().lastDue();
  }

  private PlanStatus status(
      Resource<PlanSpec, PlanStatus> plan,
      Instant due,
      @Nullable Instant next,
      Optional<CronTime> times,
      List<Fact> facts) {
    Conditions conditions =
        new Conditions(plan.conditions(), plan.metadata().generation(), clock.clock());
    clock.tell(conditions);
    Optional<Instant> success = runs.lastSuccess(plan);
    Instant since = success.orElse(plan.metadata().creationTimestamp());
    if (times
        .flatMap(schedule -> interval(schedule, since))
        .filter(twice -> late(since, twice))
        .isPresent()) {
      conditions.set(
          OVERDUE,
          Condition.Truth.True,
          OVERDUE,
          "It has had no success since " + since + ", twice its interval or longer.");
      if (!Conditions.isTrue(plan.conditions(), OVERDUE)) {
        facts.add(
            new BackupFact.BackupOverdue(
                plan.uid(), plan.name().value(), plan.node(), since.toString()));
      }
    } else {
      conditions.set(OVERDUE, Condition.Truth.False, "InTime", "");
    }
    VerifyStatus verification =
        clock.plausible()
            ? proofs.look(plan, clock.instant(), conditions, facts)
            : plan.status() == null ? null : plan.status().verification();
    Name newest = runs.newest(plan).orElse(plan.status() == null ? null : plan.status().lastRun());
    return new PlanStatus(
        due.equals(plan.metadata().creationTimestamp()) ? null : due,
        newest,
        success.orElse(null),
        next,
        verification,
        plan.metadata().generation(),
        (plan.spec().suspended()
                ? conditions.notReady(
                    "Suspended", "Nothing is copied by schedule or deleted while it is suspended.")
                : conditions.ready())
            .build());
  }

  /** Twice the time between the next two times, the least that it can be late by. */
  private static Optional<Duration> interval(CronTime times, Instant since) {
    return times
        .next(since)
        .flatMap(first ->
            times.next(first).map(second -> Duration.between(first, second).multipliedBy(2)));
  }

  private boolean late(Instant since, Duration twice) {
    return clock.plausible() && since.plus(twice).isBefore(clock.instant());
  }
}
