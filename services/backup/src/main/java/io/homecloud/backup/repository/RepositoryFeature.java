package io.homecloud.backup.repository;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.engine.Engines;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.api.ResourceApi;

/** Repositories, assembled. */
public final class RepositoryFeature {
  private final RepositoryReconciler reconciler;
  private final ResourceApi<RepositorySpec, RepositoryStatus> api;

  public RepositoryFeature(
      ControlPlane plane, Engines engines, FoundRuns runs, InstallationId installation) {
    this.reconciler = new RepositoryReconciler(engines, runs, installation, plane.clock());
    this.api =
        new ResourceApi<>(
            BackupKinds.REPOSITORY,
            BackupKinds.API + "/repositories",
            new RepositoryAdmission(plane.resources(), engines, plane.node()),
            plane.room());
  }

  public RepositoryReconciler reconciler() {
    return reconciler;
  }

  public ResourceApi<RepositorySpec, RepositoryStatus> api() {
    return api;
  }
}
