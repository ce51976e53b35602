package io.homecloud.backup.restore;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.Trouble;
import io.homecloud.backup.run.IoTrouble;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Lets restores go; what one does, and how it ends, its task writes. */
public final class RestoreReconciler implements Reconciler<RestoreSpec, RestoreStatus> {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(300);

  private final TaskStore tasks;
  private final StorageVolumes storage;
  private final RestoreJob job;
  private final RestoreStatusFactory statuses;

  RestoreReconciler(
      TaskStore tasks, StorageVolumes storage, RestoreJob job, RestoreStatusFactory statuses) {
    this.tasks = tasks;
    this.storage = storage;
    this.job = job;
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
          ? deleting(restore, before)
          : new Outcome.Settled<>(before, List.of());
    }
    if (isToBegin(restore)) {
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

  /** What one that did not come to its end has copied goes with it. */
  private Outcome<RestoreStatus> deleting(
      Resource<RestoreSpec, RestoreStatus> restore, RestoreStatus before) {
    Name target = before.volume();
    if (target == null || before.state() == RunState.Completed) {
      return new Outcome.Gone<>(List.of());
    }
    try {
      return switch (storage.volume(target)) {
        case Said.Yes<Volume>(Volume at) -> {
          job.giveUp(restore.uid(), at.mounted());
          yield new Outcome.Gone<>(List.of());
        }
        case Said.No<Volume> _ when !storage.has(target) -> new Outcome.Gone<>(List.of());
        case Said.No<Volume>(String sentence) ->
            new Outcome.Retry<>(
                statuses.deletionWaits(
                    restore, before, "It goes with what it has copied: " + sentence));
      };
    } catch (Away e) {
      return new Outcome.Retry<>(
          statuses.deletionWaits(
              restore, before, "It goes with what it has copied, when storage answers."));
    } catch (IOException e) {
      return new Outcome.Retry<>(
          statuses.deletionWaits(
              restore,
              before,
              "What it has copied cannot be taken away: " + IoTrouble.sentence(e)));
    }
  }

  /** Whether nobody has ordered this attempt yet. */
  boolean isToBegin(Resource<RestoreSpec, RestoreStatus> restore) {
    return restore.status() == null
        || (restore.status().state() == RunState.Pending && tasks.find(id(restore)).isEmpty());
  }

  /** Of each attempt its own, and always the same. */
  private static UUID id(Resource<RestoreSpec, RestoreStatus> restore) {
    int attempt = restore.status() == null ? 1 : restore.status().begun();
    String text = "restore " + restore.uid() + (attempt == 1 ? "" : " " + attempt);
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Once, whoever wished for it and whenever this is killed. It never waits behind a run. */
  void order(Resource<RestoreSpec, RestoreStatus> restore) {
    Task _ =
        tasks.add(
            id(restore),
            new TaskStore.Order(
                RestoreTask.ACTION,
                new Task.Target(restore.uid(), BackupKinds.RESTORE.name(), restore.name().value()),
                restore.node(),
                "restore:" + restore.uid(),
                Map.of(),
                restore.metadata().createdBy()));
  }
}
