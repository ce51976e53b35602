package io.homecloud.backup.verify;

import io.homecloud.backup.BackupConfig;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.plan.PlanStatus;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.run.RunFiles;
import io.homecloud.backup.search.StoredFiles;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.tree.TreeSharing;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.api.Asked;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.UUID;

/** Proofs by restoring, assembled. */
public final class VerifyFeature {
  private final ControlPlane plane;
  private final Proofs proofs;
  private final VerifyTask task;

  public VerifyFeature(
      BackupConfig config,
      ControlPlane plane,
      RunFiles files,
      StoredFiles stored,
      Rsync rsync,
      StorageVolumes storage,
      TreeSharing removal) {
    this.plane = plane;
    this.proofs = new Proofs(plane);
    this.task =
        new VerifyTask(
            plane,
            config,
            stored,
            removal,
            (scratch, floor, whole) ->
                new Batch(files, rsync, storage, removal, scratch, floor, whole),
            run -> isTree(files.copy(run)),
            proofs);
  }

  private static boolean isTree(RunFiles.Whole copy) {
    return copy.copies().tree(copy.copy()).isPresent();
  }

  public Proofs proofs() {
    return proofs;
  }

  public TaskHandler task() {
    return task;
  }

  /** Whether files of that run are being restored. */
  public boolean reads(UUID run) {
    return task.reads(run);
  }

  /** The proof of a plan that has not ended. */
  public Optional<Task> underWay(UUID plan) {
    return plane.tasks().unfinished(plan, VerifyTask.ACTION);
  }

  /** A proof now: 202 with its task, or 200 when it was waited for and has ended. */
  public Response verify(
      Asked asked, String body, Resource<PlanSpec, PlanStatus> plan, boolean all) {
    return plane.taskApi().order(asked, body, () -> proofs.order(plan, all, asked.subject()));
  }
}
