package io.homecloud.storage.putback;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore.Order;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.pool.PoolBackend;
import io.homecloud.storage.snapshot.SnapshotFeature;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;

/** Describes rollbacks and restores that are asked for, after refusing at once what cannot be. */
final class Orders {
  private final ControlPlane plane;
  private final MountedPools mounted;
  private final PoolBackend pools;
  private final SnapshotFeature snapshots;

  Orders(ControlPlane plane, MountedPools mounted, PoolBackend pools, SnapshotFeature snapshots) {
    this.plane = plane;
    this.mounted = mounted;
    this.pools = pools;
    this.snapshots = snapshots;
  }

  /** What a job is to use: a snapshot and the volume that it is of, both there and in order. */
  record Pair(
      Resource<VolumeSpec, VolumeStatus> volume, Resource<SnapshotSpec, SnapshotStatus> snapshot) {}

  Order rollback(Name volume, Name snapshot, String subject) {
    Resource<VolumeSpec, VolumeStatus> row =
        plane
            .resources()
            .find(StorageKinds.VOLUME, volume)
            .orElseThrow(() ->
                StorageProblem.VOLUME_NOT_FOUND.because(
                    "There is no volume called " + volume + "."));
    Resource<SnapshotSpec, SnapshotStatus> wanted = snapshots.taken(snapshot);
    if (!row.uid().equals(wanted.parent())) {
      throw StorageProblem.SNAPSHOT_OF_ANOTHER_VOLUME.because(
          "Snapshot " + snapshot + " is of volume " + wanted.spec().volume() + ".");
    }
    requireUsable(row);
    refuseBeside(row.uid(), _ -> true);
    return order(
        RollbackTask.ACTION, row, new RollbackTask.Parameters(wanted.uid(), snapshot), subject);
  }

  /** The snapshot of that name and its volume, for a restore. */
  Pair pair(Name snapshot) {
    Resource<SnapshotSpec, SnapshotStatus> found = snapshots.taken(snapshot);
    Resource<VolumeSpec, VolumeStatus> volume =
        plane
            .resources()
            .find(StorageKinds.VOLUME, Objects.requireNonNull(found.parent()))
            .orElseThrow(() ->
                StorageProblem.VOLUME_NOT_FOUND.because(
                    "Volume "
                        + found.spec().volume()
                        + " is in the trash; restore it from there."));
    requireUsable(volume);
    refuseBeside(volume.uid(), task -> task.action().equals(RollbackTask.ACTION));
    return new Pair(volume, found);
  }

  Order restore(Pair pair, RestoreTask.Parameters parameters, String subject) {
    return order(RestoreTask.ACTION, pair.volume(), parameters, subject);
  }

  private void requireUsable(Resource<VolumeSpec, VolumeStatus> volume) {
    if (volume.deleting()) {
      throw CommonProblem.BEING_DELETED.because(
          "Volume " + volume.name() + " is going to the trash.");
    }
    MountedPool pool = mounted.require(volume.parent());
    if (!volume.ready()) {
      throw StorageProblem.VOLUME_NOT_READY.because(
          "Volume " + volume.name() + " is not in place now; its conditions say why.");
    }
    if (pools.state(pool).readOnly()) {
      throw StorageProblem.READ_ONLY.because(
          "The pool of volume " + volume.name() + " can only be read now; its conditions say why.");
    }
  }

  private void refuseBeside(UUID volume, Predicate<Task> other) {
    plane.tasks().unfinished(volume).stream()
        .filter(other)
        .findFirst()
        .ifPresent(task -> {
          throw StorageProblem.VOLUME_BUSY
              .because(
                  "A task of the kind "
                      + task.action()
                      + " works on it; wait for its end or cancel it.")
              .with("task", task.id());
        });
  }

  /** One such job at a time per pool: they load its disks. */
  private static Order order(
      String action, Resource<VolumeSpec, VolumeStatus> volume, Object parameters, String subject) {
    return new Order(
        action,
        new Task.Target(volume.uid(), StorageKinds.VOLUME.name(), volume.name().value()),
        volume.node(),
        "files:" + Objects.requireNonNull(volume.parent()),
        parameters,
        subject);
  }

  /** The parameters that a task was ordered with. */
  static <P> P read(ControlPlane plane, Task task, Class<P> type) {
    try {
      return plane.json().readValue(task.parameters(), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unreadable parameters of a task", e);
    }
  }
}
