package io.homecloud.storage.snapshot;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.pool.MountedPools;

/** Snapshots, assembled. */
public final class SnapshotFeature {
  private final SnapshotReconciler reconciler;
  private final ResourceApi<SnapshotSpec, SnapshotStatus> api;

  public SnapshotFeature(ControlPlane plane, StorageNode node, MountedPools mounted) {
    this.reconciler =
        new SnapshotReconciler(
            node.volumes(), node.records(), mounted, plane.resources(), plane.clock());
    this.api =
        new ResourceApi<>(
            StorageKinds.SNAPSHOT,
            StorageKinds.API + "/snapshots",
            new SnapshotAdmission(plane.resources()),
            plane.room());
  }

  public SnapshotReconciler reconciler() {
    return reconciler;
  }

  public ResourceApi<SnapshotSpec, SnapshotStatus> api() {
    return api;
  }
}
