package io.homecloud.backup.restore;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.run.RunFiles;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.tree.TreeSharing;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.events.database.Signal;
import java.util.UUID;

/** Restores, assembled. */
public final class RestoreFeature {
  private final ControlPlane plane;
  private final RestoreReconciler reconciler;
  private final RestoreTask task;
  private final ResourceApi<RestoreSpec, RestoreStatus> api;

  public RestoreFeature(
      ControlPlane plane, RunFiles files, StorageVolumes storage, TreeSharing removal) {
    this.plane = plane;
    RestoreStatusFactory statuses = new RestoreStatusFactory(plane.clock());
    this.reconciler = new RestoreReconciler(plane.tasks(), statuses);
    this.task = new RestoreTask(plane, new RestoreJob(removal), files, storage, statuses);
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

  public void cancel(Resource<RestoreSpec, RestoreStatus> asked) {
    UUID restore = asked.uid();
    if (asked.status() == null) {
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
