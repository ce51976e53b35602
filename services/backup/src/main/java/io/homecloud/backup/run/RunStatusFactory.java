package io.homecloud.backup.run;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.PlausibleClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every status and condition of a run is made here. */
final class RunStatusFactory {
  private final Clock clock;

  RunStatusFactory(Clock clock) {
    this.clock = clock;
  }

  RunStatus pending(Resource<RunSpec, RunStatus> run) {
    return new RunStatus(
        RunState.Pending,
        null,
        null,
        null,
        null,
        null,
        null,
        run.metadata().generation(),
        conditions(run)
            .notReady("Pending", "It begins when the runs before it have ended.")
            .build());
  }

  private static final String WINDOW_CLOSED = "WindowClosed";
  private static final String AWAY = Trouble.RepositoryAway.name();
  static final String HOOKS_DONE = "HooksDone";

  /** True since its repository was away in the middle of it, until that answers for long. */
  static final String INTERRUPTED = "Interrupted";

  private static final Duration PATIENCE = Duration.ofDays(1);

  static boolean isPaused(RunStatus status) {
    return isPaused(status, WINDOW_CLOSED) || isPaused(status, AWAY);
  }

  private static boolean isPaused(RunStatus status, String why) {
    return status.state() == RunState.Pending
        && Conditions.find(status.conditions(), Condition.READY)
            .filter(ready -> ready.reason().equals(why))
            .isPresent();
  }

  /** Since when it waits for its repository; empty when it does not. */
  static Optional<Instant> awaySince(RunStatus status) {
    return isPaused(status, AWAY) ? interrupted(status.conditions()) : Optional.empty();
  }

  private static Optional<Instant> interrupted(List<Condition> conditions) {
    return Conditions.find(conditions, INTERRUPTED).map(Condition::lastTransitionTime);
  }

  /** Whether its repository has not been away for too long. */
  boolean mayWait(Resource<RunSpec, RunStatus> run) {
    Instant now = clock.instant();
    return interrupted(run.conditions())
        .filter(since -> !PlausibleClock.notAhead(since, now).plus(PATIENCE).isAfter(now))
        .isEmpty();
  }

  /** It waits until its repository answers. */
  RunStatus repositoryAway(Resource<RunSpec, RunStatus> run, String sentence) {
    Instant since = interrupted(run.conditions()).orElseGet(this::now);
    return waiting(
        run,
        AWAY,
        "It waits for its repository since "
            + since
            + ", with what it has copied, and goes on when that answers; it fails if that is not by "
            + since.plus(PATIENCE)
            + ". "
            + sentence,
        conditions(run).set(INTERRUPTED, Condition.Truth.True, AWAY, sentence));
  }

  /** It waits for its window. */
  RunStatus paused(Resource<RunSpec, RunStatus> run, Instant until) {
    return waiting(
        run,
        WINDOW_CLOSED,
        "The hours in which its plan copies are over; it goes on at " + until + ".");
  }

  /** Nobody wants it any more, and what it has copied is still there. */
  RunStatus cancelling(Resource<RunSpec, RunStatus> run) {
    return waiting(
        run,
        "Cancelling",
        "It was cancelled; what it has copied is taken away when the runs before it have ended.");
  }

  /** It waits for what others do with its disks. */
  RunStatus inLine(Resource<RunSpec, RunStatus> run, Set<Name> others) {
    return waiting(
        run,
        "DiskBusy",
        "Its disk is busy: it waits for "
            + others.stream().map(Name::value).collect(Collectors.joining(" or "))
            + ".");
  }

  /** What was copied already stays. */
  private RunStatus waiting(Resource<RunSpec, RunStatus> run, String reason, String sentence) {
    return waiting(run, reason, sentence, stillInterrupted(run));
  }

  private static RunStatus waiting(
      Resource<RunSpec, RunStatus> run, String reason, String sentence, Conditions conditions) {
    RunStatus before = run.status();
    return new RunStatus(
        RunState.Pending,
        before == null ? null : before.progress(),
        null,
        null,
        before == null ? null : before.startedAt(),
        null,
        before == null ? null : before.tree(),
        run.metadata().generation(),
        conditions.notReady(reason, sentence).build());
  }

  private Conditions stillInterrupted(Resource<RunSpec, RunStatus> run) {
    return conditions(run).kept(INTERRUPTED);
  }

  /** As it is, and something that the plan wants done was not. */
  RunStatus hookFailed(Resource<RunSpec, RunStatus> run, String sentence) {
    RunStatus before = run.status();
    return before == null
        ? pending(run)
        : with(
            run,
            before,
            conditions(run)
                .kept()
                .set(HOOKS_DONE, Condition.Truth.False, "HookFailed", sentence)
                .build());
  }

  /**
   * @param answers whether its repository has answered for so long that it counts as there
   */
  RunStatus running(
      Resource<RunSpec, RunStatus> run,
      RunStatus.@Nullable Progress progress,
      @Nullable String tree,
      boolean answers) {
    RunStatus before = run.status();
    return new RunStatus(
        RunState.Running,
        progress,
        null,
        null,
        before == null || before.startedAt() == null ? now() : before.startedAt(),
        null,
        tree != null || before == null ? tree : before.tree(),
        run.metadata().generation(),
        (answers ? conditions(run) : stillInterrupted(run))
            .notReady("Running", "It copies.")
            .build());
  }

  RunStatus completed(Resource<RunSpec, RunStatus> run, RunMark mark, String tree) {
    return new RunStatus(
        RunState.Completed,
        null,
        mark.contents(),
        mark.looked(),
        mark.startedAt(),
        mark.completedAt(),
        tree,
        mark.sources().stream()
            .filter(origin -> !origin.volume().equals(Source.DUMPS))
            .flatMap(RunStatusFactory::volume)
            .distinct()
            .toList(),
        run.metadata().generation(),
        conditions(run).ready().build());
  }

  /** Nothing when nobody knows which one of that name it was. */
  private static Stream<RunStatus.CopiedVolume> volume(RunMark.Origin origin) {
    UUID uid = origin.volumeUid();
    return uid == null
        ? Stream.empty()
        : Stream.of(new RunStatus.CopiedVolume(origin.volume(), uid));
  }

  RunStatus notCompleted(
      Resource<RunSpec, RunStatus> run, RunState state, String reason, String sentence) {
    RunStatus before = run.status();
    return new RunStatus(
        state,
        before == null ? null : before.progress(),
        null,
        null,
        before == null ? null : before.startedAt(),
        now(),
        before == null ? null : before.tree(),
        run.metadata().generation(),
        conditions(run).notReady(reason, sentence).build());
  }

  /** The same, for the newest wish. */
  RunStatus seen(Resource<RunSpec, RunStatus> run, RunStatus before) {
    Conditions conditions = conditions(run).kept();
    if (before.state() == RunState.Completed) {
      conditions.ready();
    }
    return with(run, before, conditions.build());
  }

  RunStatus missing(Resource<RunSpec, RunStatus> run, RunStatus before) {
    return with(
        run,
        before,
        conditions(run)
            .kept()
            .notReady("CopyMissing", "Its copy is not in the repository any more.")
            .build());
  }

  RunStatus deletionWaits(
      Resource<RunSpec, RunStatus> run, RunStatus before, String reason, String sentence) {
    return with(run, before, conditions(run).kept().notReady(reason, sentence).build());
  }

  private static RunStatus with(
      Resource<RunSpec, RunStatus> run, RunStatus before, List<Condition> conditions) {
    return new RunStatus(
        before.state(),
        before.progress(),
        before.contents(),
        before.looked(),
        before.startedAt(),
        before.completedAt(),
        before.tree(),
        before.volumes(),
        run.metadata().generation(),
        conditions);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private Conditions conditions(Resource<RunSpec, RunStatus> run) {
    return new Conditions(run.conditions(), run.metadata().generation(), clock);
  }
}
