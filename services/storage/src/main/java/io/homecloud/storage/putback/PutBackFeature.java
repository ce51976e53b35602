package io.homecloud.storage.putback;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.storage.StorageConfig;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.snapshot.SnapshotFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/** Restores and rollbacks, assembled. */
public final class PutBackFeature {
  private final Orders orders;
  private final Restoring restoring;
  private final List<TaskHandler> tasks;

  public PutBackFeature(
      StorageConfig config,
      ControlPlane plane,
      StorageNode node,
      MountedPools mounted,
      SnapshotFeature snapshots) {
    try {
      Files.createDirectories(config.scratch());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Ground ground = new Ground(plane, mounted, snapshots.use());
    KeptPresent present = new KeptPresent(plane);
    this.orders = new Orders(plane, mounted, node.pools(), snapshots);
    this.restoring = new Restoring(plane, orders);
    this.tasks =
        List.of(
            new RollbackTask(plane, ground, present, config.scratch()),
            new RestoreTask(plane, ground, present));
  }

  /** Who does the jobs. */
  public List<TaskHandler> tasks() {
    return tasks;
  }

  Orders orders() {
    return orders;
  }

  Restoring restoring() {
    return restoring;
  }
}
