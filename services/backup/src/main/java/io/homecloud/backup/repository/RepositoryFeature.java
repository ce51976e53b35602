package io.homecloud.backup.repository;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.drive.Drives;
import io.homecloud.backup.engine.Engines;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.api.ResourceApi;

/** Repositories, assembled. */
public final class RepositoryFeature {
  private final RepositoryReconciler reconciler;
  private final RepositoryAdmission admission;
  private final ResourceApi<RepositorySpec, RepositoryStatus> api;

  public RepositoryFeature(
      ControlPlane plane,
      Engines engines,
      Drives drives,
      FoundRuns runs,
      InstallationId installation) {
    DriveSetReconciler sets = new DriveSetReconciler(plane, drives, runs, installation);
    this.reconciler = new RepositoryReconciler(engines, sets, runs, installation, plane.clock());
    this.admission =
        new RepositoryAdmission(
            plane.resources(), engines, plane.node(), plane.nodes(), plane.hasOutside());
    this.api =
        new ResourceApi<>(
            BackupKinds.REPOSITORY, BackupKinds.API + "/repositories", admission, plane.room());
  }

  public RepositoryReconciler reconciler() {
    return reconciler;
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException for what may not be wished for
   */
  public void check(RepositorySpec spec) {
    admission.checked(spec);
  }

  public ResourceApi<RepositorySpec, RepositoryStatus> api() {
    return api;
  }
}
