package io.homecloud.backup.restore;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.Trouble;
import io.homecloud.backup.run.RunState;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Lets restores go; what one does, and how it ends, its task writes. */
public final class RestoreReconciler implements Reconciler<RestoreSpec, RestoreStatus> {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(300);

  private final TaskStore tasks;
  private final RestoreStatusFactory statuses;

  RestoreReconciler(TaskStore tasks, RestoreStatusFactory statuses) {
    this.tasks = tasks;
    this.statuses = statuses;
  }

  @Override
  public Kind<RestoreSpec, RestoreStatus> kind() {
    return BackupKinds.RESTORE;
  }

  @Override
  public boolean resyncs() {
    return false;
  }

  @Override
  public Outcome<RestoreStatus> reconcile(Resource<RestoreSpec, RestoreStatus> restore) {
    RestoreStatus before = restore.status() == null ? statuses.pending(restore) : restore.status();
    if (before.state().ended()) {
      return restore.deleting()
          ? new Outcome.Gone<>(List.of())
          : new Outcome.Settled<>(before, List.of());
    }
    if (restore.status() == null) {
      order(restore);
      return new Outcome.LookAgain<>(before, List.of(), LOOK_AGAIN);
    }
    List<Task> left = tasks.unfinished(restore.uid());
    if (left.isEmpty()) {
      return new Outcome.Settled<>(
          before.state() == RunState.Pending
              ? statuses.notCompleted(
                  restore, RunState.Cancelled, "Cancelled", "It was cancelled before it began.")
              : statuses.notCompleted(
                  restore,
                  RunState.Failed,
                  Trouble.Interrupted.name(),
                  "It ended before it was done."),
          List.of());
    }
    return left.stream().anyMatch(Task::cancelRequested)
        ? new Outcome.LookAgain<>(before, List.of(), LOOK_AGAIN)
        : new Outcome.Settled<>(before, List.of());
  }

  /** Once, whoever wished for it and whenever this is killed. It never waits behind a run. */
  void order(Resource<RestoreSpec, RestoreStatus> restore) {
    UUID id = UUID.nameUUIDFromBytes(("restore " + restore.uid()).getBytes(StandardCharsets.UTF_8));
    Task _ =
        tasks.add(
            id,
            new TaskStore.Order(
                RestoreTask.ACTION,
                new Task.Target(restore.uid(), BackupKinds.RESTORE.name(), restore.name().value()),
                restore.node(),
                "restore:" + restore.uid(),
                Map.of(),
                restore.metadata().createdBy()));
  }
}
