package io.homecloud.storage.diff;

import io.homecloud.control.ControlPlane;
import io.homecloud.storage.StorageConfig;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.snapshot.SnapshotFeature;
import io.homecloud.storage.volume.VolumeId;

/** Comparisons, assembled. */
public final class DiffFeature implements AutoCloseable {
  private final ChangeLists lists;
  private final Compared compared;
  private final Comparing comparing;

  public DiffFeature(
      StorageConfig config,
      ControlPlane plane,
      StorageNode node,
      MountedPools mounted,
      SnapshotFeature snapshots) {
    this.lists = new ChangeLists(config.scratch().resolve("diffs"));
    this.compared = new Compared(plane, mounted, node.volumes(), snapshots.use());
    this.comparing = new Comparing(snapshots, lists, compared);
  }

  Comparing comparing() {
    return comparing;
  }

  /** To be called when a volume's pool came: removes what a killed comparison left of it. */
  public void sweep(MountedPool pool, VolumeId volume) {
    compared.sweep(pool, volume);
  }

  @Override
  public void close() {
    lists.close();
  }
}
