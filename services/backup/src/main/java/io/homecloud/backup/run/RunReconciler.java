package io.homecloud.backup.run;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.log.RunLogs;
import io.homecloud.backup.repository.RepositoryFinder;
import io.homecloud.backup.repository.RepositoryFinder.Found;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Pins runs and deletes them. What a run does while it is under way, and how it ends, its task
 * writes; nothing of that is touched here.
 */
public final class RunReconciler implements Reconciler<RunSpec, RunStatus> {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(300);

  /** Should the one that was to wake it have been none, since somebody pinned it meanwhile. */
  private static final Duration DELETED_MEANWHILE = Duration.ofSeconds(5);

  private static final OptionalLong NOT_PINNED = OptionalLong.empty();

  private final RepositoryFinder repositories;
  private final RunStatusFactory statuses;
  private final Runs runs;
  private final RunUse use;
  private final TaskStore tasks;
  private final RunLogs logs;
  private final Consumer<UUID> wake;
  private final Deletions deletions = new Deletions();

  /**
   * @param wake has a run looked at soon
   */
  RunReconciler(
      RepositoryFinder repositories,
      Runs runs,
      RunStatusFactory statuses,
      RunUse use,
      TaskStore tasks,
      RunLogs logs,
      Consumer<UUID> wake) {
    this.wake = wake;
    this.logs = logs;
    this.runs = runs;
    this.tasks = tasks;
    this.repositories = repositories;
    this.statuses = statuses;
    this.use = use;
  }

  @Override
  public Kind<RunSpec, RunStatus> kind() {
    return BackupKinds.RUN;
  }

  @Override
  public boolean resyncs() {
    return false;
  }

  @Override
  public Outcome<RunStatus> reconcile(Resource<RunSpec, RunStatus> run) {
    Outcome<RunStatus> outcome = looked(run);
    if (outcome instanceof Outcome.Gone) {
      logs.forget(run.uid());
    }
    return outcome;
  }

  private Outcome<RunStatus> looked(Resource<RunSpec, RunStatus> run) {
    RunStatus before = run.status();
    if (before == null || !before.state().ended()) {
      return underWay(run, before == null ? statuses.pending(run) : before);
    }
    String tree = before.tree();
    if (tree == null) {
      return run.deleting()
          ? new Outcome.Gone<>(List.of())
          : new Outcome.Settled<>(statuses.seen(run, before), List.of());
    }
    return switch (repositories.find(run.spec().repository())) {
      case Found.Here here ->
          here.copies()
              .away(tree)
              .map(sentence -> away(run, before, sentence))
              .orElseGet(() -> here(run, before, here.copies(), tree));
      case Found.Away(String sentence) -> away(run, before, sentence);
      case Found.Unknown _ ->
          run.deleting()
              ? new Outcome.Gone<>(List.of())
              : new Outcome.Settled<>(statuses.seen(run, before), List.of());
    };
  }

  private Outcome<RunStatus> away(
      Resource<RunSpec, RunStatus> run, RunStatus before, String sentence) {
    return run.deleting()
        ? new Outcome.Retry<>(
            statuses.deletionWaits(
                run, before, "RepositoryAway", "It goes when its repository is there: " + sentence))
        : new Outcome.Settled<>(statuses.seen(run, before), List.of());
  }

  /** Its task may have been cancelled before it began, and then nobody else says so. */
  private Outcome<RunStatus> underWay(Resource<RunSpec, RunStatus> run, RunStatus now) {
    List<Task> left = tasks.unfinished(run.uid());
    if (left.isEmpty() && RunStatusFactory.isPaused(now)) {
      // Its plan has it gone on with.
      return new Outcome.Settled<>(statuses.seen(run, now), List.of());
    }
    if (left.isEmpty() && now.state() == RunState.Pending) {
      return new Outcome.Settled<>(
          statuses.notCompleted(
              run, RunState.Cancelled, "Cancelled", "It was cancelled before it began."),
          List.of());
    }
    if (left.isEmpty()) {
      String sentence = "It ended before it was done.";
      return new Outcome.Settled<>(
          statuses.notCompleted(run, RunState.Failed, Trouble.Interrupted.name(), sentence),
          List.of(RunTask.failed(run, Trouble.Interrupted, sentence)));
    }
    RunStatus seen = statuses.seen(run, now);
    return left.stream().anyMatch(Task::cancelRequested)
        ? new Outcome.LookAgain<>(seen, List.of(), LOOK_AGAIN)
        : new Outcome.Settled<>(seen, List.of());
  }

  private Outcome<RunStatus> here(
      Resource<RunSpec, RunStatus> run, RunStatus before, Copies copies, String copy) {
    try {
      OptionalLong pin = before.state() == RunState.Completed ? copies.pinned(copy) : NOT_PINNED;
      if (isNewer(pin, run, before)) {
        return pinStays(run);
      }
      if (run.deleting() && run.spec().pinned() && copies.has(copy)) {
        // It was pinned just while somebody asked for its deletion.
        copies.pin(copy, OptionalLong.of(run.metadata().generation()));
        return pinStays(run);
      }
      if (run.deleting() && run.spec().installation() != null && copies.has(copy)) {
        // It was missing when that was asked for, and is not ours to delete: it is found again.
        return new Outcome.Gone<>(List.of());
      }
      if (run.deleting()) {
        if (use.isRead(run.uid())) {
          return new Outcome.Retry<>(
              statuses.deletionWaits(
                  run, before, "InUse", "A restore reads it; it goes when that has ended."));
        }
        if (before.state() != RunState.Completed
            && (Runs.chain(run).isPresent() || copies.has(copy))) {
          // Nothing of it is in the chain; or its copy is complete, though it was told as failed,
          // and perhaps goes for that alone: it is found again.
          return new Outcome.Gone<>(List.of());
        }
        List<String> holding =
            runs.holding(run).stream().map(other -> other.name().value()).toList();
        if (!holding.isEmpty()) {
          return new Outcome.Retry<>(
              statuses.deletionWaits(
                  run,
                  before,
                  "ChainNeeded",
                  "It goes with the copies that it is one chain with, when none of them is kept any more: "
                      + String.join(", ", holding)
                      + "."));
        }
        if (pin.isPresent()) {
          copies.pin(copy, NOT_PINNED);
        }
        return delete(run, before, copies, copy);
      }
      if (before.state() != RunState.Completed) {
        return new Outcome.Settled<>(statuses.seen(run, before), List.of());
      }
      if (!copies.has(copy)) {
        return new Outcome.Settled<>(statuses.missing(run, before), List.of());
      }
      OptionalLong wished =
          run.spec().pinned() ? OptionalLong.of(run.metadata().generation()) : NOT_PINNED;
      if (!pin.equals(wished)) {
        copies.pin(copy, wished);
      }
      return new Outcome.Settled<>(statuses.seen(run, before), List.of());
    } catch (EngineTrouble e) {
      // Far away: what is there is believed to be there still.
      return run.deleting()
          ? new Outcome.Retry<>(
              statuses.deletionWaits(run, before, e.trouble().name(), e.sentence()))
          : new Outcome.Settled<>(statuses.seen(run, before), List.of());
    } catch (IOException e) {
      return new Outcome.Retry<>(
          statuses.deletionWaits(run, before, IoTrouble.of(e).name(), IoTrouble.sentence(e)));
    }
  }

  /**
   * Whether a copy was pinned after all that is known of its run here: the database may be one of
   * before, brought back. In doubt it was.
   */
  private static boolean isNewer(
      OptionalLong pin, Resource<RunSpec, RunStatus> run, RunStatus before) {
    long wished = run.metadata().generation();
    boolean justWished = before.observedGeneration() < wished;
    return pin.isPresent()
        && !run.spec().pinned()
        && !justWished
        && (pin.getAsLong() == Copies.UNNUMBERED
            || pin.getAsLong() > wished
            // Other installations have numbers of their own.
            || run.spec().installation() != null);
  }

  private Outcome<RunStatus> pinStays(Resource<RunSpec, RunStatus> run) {
    if (run.deleting()) {
      // It is found again, with its pin, when its repository is looked at next.
      return new Outcome.Gone<>(List.of());
    }
    runs.pin(run);
    return new Outcome.Written<>();
  }

  private Outcome<RunStatus> delete(
      Resource<RunSpec, RunStatus> run, RunStatus before, Copies copies, String copy)
      throws IOException {
    if (!deletions.begin(run.uid(), run.spec().repository())) {
      return new Outcome.LookAgain<>(
          statuses.deletionWaits(
              run, before, "DeletionQueued", "It goes when copies before it are deleted."),
          List.of(),
          DELETED_MEANWHILE);
    }
    try {
      copies.delete(copy);
      return new Outcome.Gone<>(List.of());
    } finally {
      deletions.ended(run.spec().repository()).ifPresent(wake);
    }
  }
}
