package io.homecloud.backup.run;

import io.homecloud.backup.source.Source;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
  static final String HOOKS_DONE = "HooksDone";

  static boolean isPaused(RunStatus status) {
    return status.state() == RunState.Pending
        && Conditions.find(status.conditions(), Condition.READY)
            .filter(ready -> ready.reason().equals(WINDOW_CLOSED))
            .isPresent();
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
        conditions(run).notReady(reason, sentence).build());
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

  RunStatus running(
      Resource<RunSpec, RunStatus> run,
      RunStatus.@Nullable Progress progress,
      @Nullable String tree) {
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
        conditions(run).notReady("Running", "It copies.").build());
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
