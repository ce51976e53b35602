package io.homecloud.backup.verify;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.plan.PlanStatus;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.CronTime;
import io.homecloud.control.schedule.Jitter;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskState;
import io.homecloud.control.task.TaskStore;
import io.homecloud.events.Fact;
import io.homecloud.events.backup.BackupFact;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When copies of plans are proven, and what is said of it. The plan's reconciler asks; it alone
 * writes the plan's status.
 */
public final class Proofs {
  public static final String VERIFIED = "Verified";

  /** The reason of it for a plan that nobody wants to be proven. */
  public static final String NOT_ASKED = "NotAsked";

  private static final String USE_ANOTHER =
      ". The disk of the repository does not keep what it is given; use another.";
  private static final int NEWEST_TASKS = 30;
  private static final Duration TO_THE_NEXT = Duration.ofHours(6);

  /**
   * Until what could not be proven is tried again, since the next one that is due is a week away;
   * twice as long each time.
   */
  private static final Duration AGAIN = Duration.ofHours(3);

  private final ControlPlane plane;

  /** What tasks of this process have found; after a restart the tasks themselves say it. */
  private final Map<UUID, Proof> fresh = new ConcurrentHashMap<>();

  public Proofs(ControlPlane plane) {
    this.plane = plane;
  }

  void tell(UUID plan, Proof proof) {
    fresh.put(plan, proof);
  }

  /**
   * Checks what a plan says of it.
   *
   * @throws IllegalArgumentException with a sentence for people
   */
  public static void check(PlanSpec plan, UUID uid) {
    VerifySpec spec = plan.verify() == null ? VerifySpec.USUAL : plan.verify();
    var _ = spec.wanted();
    var _ = times(plan, uid, spec);
  }

  /** A plan whose runs somebody orders by hand is proven when it says so. */
  private static Optional<VerifySpec> spec(PlanSpec plan) {
    if (plan.suspended()
        || (plan.verify() == null && plan.schedule() == null && !plan.onAttach())) {
      return Optional.empty();
    }
    return Optional.of(plan.verify() == null ? VerifySpec.USUAL : plan.verify())
        .filter(spec -> !spec.off());
  }

  private static CronTime times(PlanSpec plan, UUID uid, VerifySpec spec) {
    return new CronTime(
        spec.times(),
        plan.timeZone() == null ? "UTC" : plan.timeZone(),
        // Plans that all say nothing are not proven at the same minute.
        spec.schedule() == null ? TO_THE_NEXT : Jitter.of(null),
        uid);
  }

  /**
   * How things are.
   *
   * @param plausible whether the time can be believed; nothing is due while it cannot
   * @param possible whether copies can be there; without a drive of the set it stays due
   */
  public record Now(Instant at, boolean plausible, boolean possible) {}

  /** Orders what is due; what was missed is made up for once. */
  public VerifyStatus look(
      Resource<PlanSpec, PlanStatus> plan, Now when, Conditions conditions, List<Fact> facts) {
    Instant now = when.at();
    boolean plausible = when.plausible();
    VerifyStatus said = plan.status() == null ? null : plan.status().verification();
    VerifyStatus before = said == null || !plausible ? said : said.notAhead(now);
    Optional<CronTime> times = spec(plan.spec()).map(spec -> times(plan.spec(), plan.uid(), spec));
    Instant lastDue =
        before == null || before.lastDue() == null ? made(plan, now, plausible) : before.lastDue();
    Optional<Instant> due =
        times
            .filter(_ -> plausible && when.possible())
            .flatMap(time -> time.next(lastDue))
            .filter(time -> !time.isAfter(now));
    Instant newest =
        due.flatMap(first -> times.flatMap(time -> time.last(first, now))).orElse(lastDue);
    List<Task> tasks = tasks(plan.uid());
    Proof proof = newest(plan.uid(), before, tasks, plausible ? now : Instant.MAX);
    Instant lastAll =
        proof != null && proof.all() ? proof.at() : before == null ? null : before.lastAll();
    if (due.isPresent()) {
      order(plan, newest, isAllDue(plan.spec(), lastAll, now));
    } else if (times.isPresent() && plausible && when.possible()) {
      // Not all of it: what broke off after hours would do so many times.
      inVain(tasks, now).ifPresent(since -> order(plan, since, false));
    }
    boolean isNew = proof != null && (before == null || !proof.equals(before.last()));
    if (proof != null && isNew && proof.wrong() > 0) {
      facts.add(failed(plan, proof));
    }
    condition(conditions, proof, tasks, times.isPresent());
    return new VerifyStatus(
        newest.equals(plan.metadata().creationTimestamp()) ? null : newest,
        proof,
        lastAll,
        times.flatMap(time -> time.next(now)).orElse(null));
  }

  /** What was found wrong and has not been right since, where the plan copies to. */
  List<Damaged> damaged(Resource<PlanSpec, PlanStatus> plan, PlausibleClock clock) {
    Instant now = clock.instant();
    boolean plausible = clock.plausible();
    VerifyStatus said = plan.status() == null ? null : plan.status().verification();
    VerifyStatus before = said == null || !plausible ? said : said.notAhead(now);
    Proof proof = newest(plan.uid(), before, tasks(plan.uid()), plausible ? now : Instant.MAX);
    return proof == null
        ? List.of()
        : proof.damaged().stream()
            .filter(file ->
                plane
                    .resources()
                    .find(BackupKinds.RUN, file.run())
                    .filter(run -> !run.deleting())
                    // Who has taken another disk is not told for years of the old one.
                    .filter(run -> run.spec().repository().equals(plan.spec().repository()))
                    .isPresent())
            .toList();
  }

  private @Nullable Proof newest(
      UUID plan, @Nullable VerifyStatus before, List<Task> tasks, Instant latest) {
    return newest(before == null ? null : before.last(), proofs(plan, tasks), latest);
  }

  private static Instant made(Resource<PlanSpec, PlanStatus> plan, Instant now, boolean plausible) {
    Instant said = plan.metadata().creationTimestamp();
    return plausible ? PlausibleClock.notAhead(said, now) : said;
  }

  private List<Task> tasks(UUID plan) {
    return plane
        .tasks()
        .list(Optional.empty(), Optional.of(plan), Optional.empty(), NEWEST_TASKS)
        .stream()
        .filter(task -> task.action().equals(VerifyTask.ACTION))
        .toList();
  }

  private List<Proof> proofs(UUID plan, List<Task> tasks) {
    return Stream.concat(
            Stream.ofNullable(fresh.get(plan)),
            tasks.stream()
                .filter(task -> task.state() == TaskState.Completed && task.result() != null)
                .map(task -> plane.json().convertValue(task.result(), Proof.class)))
        .toList();
  }

  /**
   * What is known, or one that is newer.
   *
   * @param latest what says to be later is of a clock that was ahead: it is what is known, or older
   */
  static @Nullable Proof newest(@Nullable Proof known, List<Proof> proofs, Instant latest) {
    Proof newest = known;
    for (Proof proof : proofs) {
      if (newest == null || (proof.at().isAfter(newest.at()) && !proof.at().isAfter(latest))) {
        newest = proof;
      }
    }
    return newest;
  }

  /** When the newest one came to nothing, if that is a while ago. */
  private static Optional<Instant> inVain(List<Task> tasks, Instant now) {
    List<Task> failed = tasks.stream().takeWhile(task -> task.state() == TaskState.Failed).toList();
    return failed.stream()
        .findFirst()
        .map(Task::endedAt)
        .filter(end -> end.plus(AGAIN.multipliedBy(1L << (failed.size() - 1))).isBefore(now));
  }

  private static boolean isAllDue(PlanSpec plan, @Nullable Instant lastAll, Instant now) {
    VerifySpec spec = plan.verify() == null ? VerifySpec.USUAL : plan.verify();
    ZoneId zone = ZoneId.of(plan.timeZone() == null ? "UTC" : plan.timeZone());
    return spec.monthly()
        && (lastAll == null
            || YearMonth.from(lastAll.atZone(zone)).isBefore(YearMonth.from(now.atZone(zone))));
  }

  private void order(Resource<PlanSpec, PlanStatus> plan, Instant due, boolean all) {
    UUID id =
        UUID.nameUUIDFromBytes(
            (VerifyTask.ACTION + " " + plan.uid() + " " + due).getBytes(StandardCharsets.UTF_8));
    if (plane.tasks().unfinished(plan.uid(), VerifyTask.ACTION).isEmpty()) {
      var _ = plane.tasks().add(id, order(plan, all, "plan:" + plan.name()));
    }
  }

  /** One at a time on a node: there is one place to restore into. */
  TaskStore.Order order(Resource<PlanSpec, PlanStatus> plan, boolean all, String by) {
    return new TaskStore.Order(
        VerifyTask.ACTION,
        new Task.Target(plan.uid(), BackupKinds.PLAN.name(), plan.name().value()),
        plane.node(),
        VerifyTask.ACTION,
        Map.of(VerifyTask.ALL, all),
        by);
  }

  private static Fact failed(Resource<PlanSpec, PlanStatus> plan, Proof proof) {
    return new BackupFact.VerificationFailed(
        plan.uid(),
        plan.name().value(),
        plan.node(),
        plan.spec().repository().value(),
        proof.files(),
        proof.wrong(),
        sentence(proof));
  }

  private static String sentence(Proof proof) {
    String result = result(proof);
    return proof.leftOut() == null ? result : result + " Not all: " + proof.leftOut() + ".";
  }

  private static String result(Proof proof) {
    String what =
        "%s: %d files%s were restored%s"
            .formatted(
                proof.at(),
                proof.files(),
                // duplicity tells no sizes.
                proof.bytes() == 0 ? "" : " with " + proof.bytes() + " bytes",
                proof.all() ? ", all of the newest run" : "");
    if (proof.wrong() > 0) {
      return what
          + "; "
          + proof.wrong()
          + " of them are not what was copied, or cannot be read: "
          + String.join(", ", proof.examples())
          + USE_ANOTHER;
    }
    if (!proof.damaged().isEmpty()) {
      Damaged first = proof.damaged().getFirst();
      return what
          + "; "
          + proof.damaged().size()
          + " files that were wrong before could not be proven to be right since, such as "
          + first.run()
          + ": "
          + first.path()
          + USE_ANOTHER;
    }
    return what
        + " and are what they were"
        + (proof.unknown() == 0
            ? "."
            : ", except that of " + proof.unknown() + " nobody knows any more what they were.");
  }

  private static void condition(
      Conditions conditions, @Nullable Proof proof, List<Task> tasks, boolean scheduled) {
    Optional<Task> newest = tasks.stream().filter(task -> task.state().ended()).findFirst();
    if (newest.isPresent() && newest.get().state() == TaskState.Failed) {
      conditions.set(
          VERIFIED,
          proof != null && proof.knownWrong() > 0 ? Truth.False : Truth.Unknown,
          "CouldNot",
          newest.get().message() + (proof == null ? "" : " Before that, " + sentence(proof)));
    } else if (proof == null) {
      conditions.set(
          VERIFIED,
          Truth.Unknown,
          scheduled ? "NotYet" : NOT_ASKED,
          scheduled
              ? "Nothing was restored to prove it yet."
              : "Nothing is restored to prove it, unless somebody asks.");
    } else if (proof.knownWrong() > 0) {
      conditions.set(VERIFIED, Truth.False, "Wrong", sentence(proof));
    } else {
      conditions.set(VERIFIED, Truth.True, VERIFIED, sentence(proof));
    }
  }
}
