package io.homecloud.backup.restore;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.run.RunFiles;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.source.PeoplesHomes;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.backup.tree.TreeSharing;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.ask.Away;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.events.database.Signal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Restores, assembled. */
public final class RestoreFeature {
  private final ControlPlane plane;
  private final RestoreReconciler reconciler;
  private final RestoreTask task;
  private final StorageVolumes storage;
  private final RestoreStatusFactory statuses;
  private final ResourceApi<RestoreSpec, RestoreStatus> api;

  public RestoreFeature(
      ControlPlane plane,
      RunFiles files,
      StorageVolumes storage,
      PeoplesHomes homes,
      TreeSharing removal) {
    this.plane = plane;
    this.storage = storage;
    this.statuses = new RestoreStatusFactory(plane.clock());
    RestoreJob job = new RestoreJob(removal);
    this.reconciler = new RestoreReconciler(plane.tasks(), storage, job, statuses);
    this.task = new RestoreTask(plane, job, files, storage, homes, statuses);
    this.api =
        new ResourceApi<>(
                BackupKinds.RESTORE,
                BackupKinds.API + "/restores",
                new RestoreAdmission(plane.resources(), files, storage, plane.nodes()),
                plane.room())
            .waitingFor(restore -> restore.status() != null && restore.status().state().ended());
  }

  public RestoreReconciler reconciler() {
    return reconciler;
  }

  public TaskHandler task() {
    return task;
  }

  public ResourceApi<RestoreSpec, RestoreStatus> api() {
    return api;
  }

  /** The pool of a volume, when storage says so; a new volume most likely belongs there too. */
  public Optional<Name> poolOf(Name volume) {
    try {
      return storage.volume(volume) instanceof Said.Yes<Volume>(Volume at)
          ? Optional.of(at.pool())
          : Optional.empty();
    } catch (Away e) {
      return Optional.empty();
    }
  }

  /**
   * Begins one again that has failed or was cancelled; it goes on with what is there of it.
   *
   * @throws io.homecloud.control.problem.ProblemException when it is under way, or has ended well
   */
  public void retry(UUID restore) {
    plane
        .resources()
        .useTransaction(transaction -> {
          Resource<RestoreSpec, RestoreStatus> row =
              plane
                  .resources()
                  .lock(transaction.handle(), BackupKinds.RESTORE, restore)
                  .orElseThrow(
                      () -> CommonProblem.NOT_FOUND.because("The restore is not there any more."));
          RestoreStatus before = row.status();
          if (before == null || !before.state().ended() || row.deleting()) {
            throw BackupProblem.RESTORE_UNDER_WAY.because(
                "Restore " + row.name() + " has not ended, or is being deleted.");
          }
          if (before.state() == RunState.Completed) {
            throw BackupProblem.RESTORE_COMPLETE.because(
                "Restore " + row.name() + " is complete; make another one.");
          }
          plane.resources().observe(transaction, restore, statuses.again(row, before), List.of());
          transaction.signal(Signal.Topic.WISH, restore);
        });
  }

  public void cancel(Resource<RestoreSpec, RestoreStatus> asked) {
    UUID restore = asked.uid();
    if (reconciler.isToBegin(asked)) {
      // Else it would be begun later.
      reconciler.order(asked);
    }
    for (Task one : plane.tasks().unfinished(restore)) {
      Task _ = plane.tasks().requestCancel(one.id());
    }
    // Once that is committed: of a task that never began nobody else tells its end.
    plane.resources().useTransaction(transaction -> transaction.signal(Signal.Topic.WISH, restore));
  }
}
