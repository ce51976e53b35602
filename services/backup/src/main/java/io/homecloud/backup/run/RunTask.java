package io.homecloud.backup.run;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.hours.Timetable;
import io.homecloud.backup.log.RunLog;
import io.homecloud.backup.log.RunLogs;
import io.homecloud.backup.repository.RepositoryFinder.Found;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.events.Fact;
import io.homecloud.events.backup.BackupFact;
import io.homecloud.events.database.ServiceDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;

/**
 * Carries out a run. After a crash it is called again: a copy that is complete is told so, any
 * other goes on. So it is when the database was away. Whatever happens, the run's status says how
 * it ended.
 */
final class RunTask implements TaskHandler {
  static final String ACTION = "backup";

  private static final Logger LOG = Logger.getLogger(RunTask.class);

  private final RunAttempt attempts;
  private final Runs runs;
  private final RunStatusFactory statuses;
  private final Around around;
  private final Aftermath aftermath;

  /** What is to be looked at when a run has ended. */
  interface Aftermath {
    void ended(Resource<RunSpec, RunStatus> run);

    /** It waits for its hours, or for its repository. */
    void paused(Resource<RunSpec, RunStatus> run);
  }

  /** When a run may copy, what is done around it, which disks it keeps busy, and its log. */
  record Around(RunPlans plans, RunHooks hooks, RunDisks disks, DiskTurns turns, RunLogs logs) {}

  RunTask(
      RunAttempt attempts,
      Runs runs,
      RunStatusFactory statuses,
      Around around,
      Aftermath aftermath) {
    this.attempts = attempts;
    this.runs = runs;
    this.statuses = statuses;
    this.around = around;
    this.aftermath = aftermath;
  }

  @Override
  public String action() {
    return ACTION;
  }

  @Override
  public TaskResult run(Task task, TaskProgress progress) {
    UUID uid = Objects.requireNonNull(task.resource()).uid();
    Optional<Resource<RunSpec, RunStatus>> found =
        DatabaseWait.insisting(progress, () -> runs.find(uid));
    if (found.isEmpty()) {
      return new TaskResult.Done(null, List.of());
    }
    Resource<RunSpec, RunStatus> run = found.get();
    RunLog log = around.logs().of(uid);
    boolean begins = log.isNew();
    return log.during(() ->
        Runs.underWay(run) ? run(run, begins, task, progress) : goOnAfterwards(run, progress));
  }

  /**
   * It was killed, or the database went away, between its end and that of what is to be done then.
   */
  private TaskResult goOnAfterwards(Resource<RunSpec, RunStatus> run, TaskProgress progress) {
    if (around.hooks().isLeft(run.uid())) {
      afterwards(run, Objects.requireNonNull(run.status()).state(), progress);
    } else {
      ended(run);
    }
    return new TaskResult.Done(null, List.of());
  }

  private TaskResult run(
      Resource<RunSpec, RunStatus> run, boolean begins, Task task, TaskProgress progress) {
    RunLog.tell(
        "homecloud",
        "Run %s of plan %s to repository %s %s."
            .formatted(
                run.name(),
                run.spec().plan(),
                run.spec().repository(),
                begins ? "begins" : "goes on"));
    Timetable times = around.plans().timetable(run);
    RunAttempt.Ended ended =
        times.open() && !RunOrders.givesUp(task)
            ? inTurn(run, task, new WithinHours(progress, times))
            : new RunAttempt.Ended.Stopped();
    boolean stops = progress.cancelled();
    if (ended instanceof RunAttempt.Ended.Stopped && !isCancelled(task)) {
      if (stops) {
        RunLog.tell("homecloud", "The service stops; the next one goes on.");
        return new TaskResult.Stopped();
      }
      pause(run, times, progress);
      // Who cancelled it just then did not find it paused yet.
      if (!isCancelled(task)) {
        return new TaskResult.Stopped();
      }
    }
    if (ended instanceof RunAttempt.Ended.Not not && waits(run, not, progress)) {
      if (!isCancelled(task)) {
        return new TaskResult.Stopped();
      }
      ended = new RunAttempt.Ended.Stopped();
    }
    TaskResult result = note(run, ended, progress);
    afterwards(run, state(ended), progress);
    return result;
  }

  private void afterwards(Resource<RunSpec, RunStatus> run, RunState state, TaskProgress progress) {
    around.hooks().goOnWithout(run);
    around
        .hooks()
        .ended(run, state)
        .ifPresent(
            sentence -> write(run, row -> statuses.hookFailed(row, sentence), List.of(), progress));
    ended(run);
  }

  private void ended(Resource<RunSpec, RunStatus> run) {
    attempts.release(run);
    aftermath.ended(run);
  }

  private static RunState state(RunAttempt.Ended ended) {
    return switch (ended) {
      case RunAttempt.Ended.Complete _ -> RunState.Completed;
      case RunAttempt.Ended.Not _ -> RunState.Failed;
      case RunAttempt.Ended.Stopped _ -> RunState.Cancelled;
    };
  }

  /** When its hours are over it waits for the next, with what it has copied. */
  private void pause(Resource<RunSpec, RunStatus> run, Timetable times, TaskProgress progress) {
    around.hooks().goOnWithout(run);
    Instant until = times.opens().orElseGet(Instant::now);
    RunLog.tell(
        "homecloud", "The hours in which its plan copies are over; it waits until " + until);
    write(run, row -> statuses.paused(row, until), List.of(), progress);
    aftermath.paused(run);
  }

  /** A first copy over a thin line takes weeks, and is not thrown away for an hour without it. */
  private boolean waits(
      Resource<RunSpec, RunStatus> run, RunAttempt.Ended.Not not, TaskProgress progress) {
    if (not.trouble() != Trouble.RepositoryAway
        || !DatabaseWait.insisting(progress, () -> attempts.waits(run))) {
      return false;
    }
    around.hooks().goOnWithout(run);
    RunLog.tell("homecloud", "It waits for its repository: " + not.sentence());
    write(run, row -> statuses.repositoryAway(row, not.sentence()), List.of(), progress);
    aftermath.paused(run);
    return true;
  }

  private RunAttempt.Ended inTurn(
      Resource<RunSpec, RunStatus> run, Task task, TaskProgress progress) {
    around.disks().awaitStorage(run, progress);
    Optional<DiskTurns.Turn> turn =
        around
            .turns()
            .take(
                run.name(),
                around.disks().of(run),
                progress,
                others -> {
                  RunLog.tell("homecloud", "Its disk is busy with " + others + "; it waits.");
                  write(run, row -> statuses.inLine(row, others), List.of(), progress);
                });
    if (turn.isEmpty()) {
      return new RunAttempt.Ended.Stopped();
    }
    try (DiskTurns.Turn _ = turn.get()) {
      return attempt(run, task, progress);
    }
  }

  private RunAttempt.Ended attempt(
      Resource<RunSpec, RunStatus> run, Task task, TaskProgress progress) {
    try (Interrupting _ = new Interrupting(progress)) {
      return attempts.make(run, Look.of(task.parameters()), progress);
    } catch (CancellationException e) {
      return new RunAttempt.Ended.Stopped();
    } catch (RuntimeException e) {
      if (progress.cancelled()) {
        return new RunAttempt.Ended.Stopped();
      }
      if (ServiceDatabase.isAway(e)) {
        throw e;
      }
      LOG.errorf(e, "run %s failed", run.name());
      return new RunAttempt.Ended.Not(
          Trouble.CopyFailed,
          "Something went wrong in homecloud; the log of the service says what.",
          Optional.empty());
    }
  }

  private boolean isCancelled(Task task) {
    return RunOrders.givesUp(task) || attempts.isCancelled(task.id());
  }

  private TaskResult note(
      Resource<RunSpec, RunStatus> run, RunAttempt.Ended ended, TaskProgress progress) {
    return switch (ended) {
      case RunAttempt.Ended.Complete(var mark, String tree) -> {
        RunLog.tell(
            "homecloud",
            "The copy is complete: %d files with %d bytes, of them %d files with %d bytes copied."
                .formatted(
                    mark.contents().files(),
                    mark.contents().bytes(),
                    mark.contents().filesCopied(),
                    mark.contents().bytesCopied()));
        write(
            run,
            row -> statuses.completed(row, mark, tree),
            List.of(
                new BackupFact.BackupCompleted(
                    run.uid(),
                    run.name().value(),
                    run.node(),
                    run.spec().plan().value(),
                    run.spec().repository().value(),
                    mark.contents().files(),
                    mark.contents().bytes())),
            progress);
        yield new TaskResult.Done(mark.contents(), List.of());
      }
      case RunAttempt.Ended.Not(Trouble trouble, String sentence, Optional<Found.Here> at) -> {
        RunLog.tell("homecloud", "It failed (" + trouble + "): " + sentence);
        List<Fact> facts = new ArrayList<>(List.of(failed(run, trouble, sentence)));
        at.filter(_ -> trouble == Trouble.TargetFull)
            .map(Found.Here::repository)
            .ifPresent(full ->
                facts.add(
                    new BackupFact.RepositoryFull(full.uid(), full.name().value(), run.node())));
        write(
            run,
            row -> statuses.notCompleted(row, RunState.Failed, trouble.name(), sentence),
            facts,
            progress);
        yield new TaskResult.CouldNot(sentence);
      }
      case RunAttempt.Ended.Stopped _ -> {
        String sentence =
            giveUp(run, progress)
                .map(why -> "It was cancelled; what it had copied could not be taken away: " + why)
                .orElse("It was cancelled; nothing is kept of it.");
        RunLog.tell("homecloud", sentence);
        write(
            run,
            row -> statuses.notCompleted(row, RunState.Cancelled, "Cancelled", sentence),
            List.of(),
            progress);
        yield new TaskResult.Stopped();
      }
    };
  }

  /** What is told of why it cannot be. */
  private Optional<String> giveUp(Resource<RunSpec, RunStatus> run, TaskProgress progress) {
    try {
      return DatabaseWait.insisting(progress, () -> runs.find(run.uid())).flatMap(attempts::giveUp);
    } catch (CancellationException e) {
      // The service stops; the next one does it.
      throw e;
    } catch (RuntimeException e) {
      if (ServiceDatabase.isAway(e)) {
        throw e;
      }
      LOG.errorf(e, "what run %s has copied stays", run.name());
      return Optional.of("the log of the service says why.");
    }
  }

  static Fact failed(Resource<RunSpec, RunStatus> run, Trouble trouble, String sentence) {
    return new BackupFact.BackupFailed(
        run.uid(),
        run.name().value(),
        run.node(),
        run.spec().plan().value(),
        run.spec().repository().value(),
        trouble.name(),
        sentence);
  }

  private void write(
      Resource<RunSpec, RunStatus> run,
      java.util.function.Function<Resource<RunSpec, RunStatus>, RunStatus> status,
      List<Fact> facts,
      TaskProgress progress) {
    boolean _ =
        DatabaseWait.insisting(
            progress,
            () -> {
              runs.update(run.uid(), status, facts);
              return true;
            });
  }
}
