package io.homecloud.storage.putback;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler.TaskResult;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.snapshot.SnapshotUse;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Finds what a job works on, and keeps its snapshot from going away meanwhile. */
final class Ground {
  private final ControlPlane plane;
  private final MountedPools mounted;
  private final SnapshotUse use;

  Ground(ControlPlane plane, MountedPools mounted, SnapshotUse use) {
    this.plane = plane;
    this.mounted = mounted;
    this.use = use;
  }

  /** Where a job works. */
  record Site(
      MountedPool pool,
      Resource<VolumeSpec, VolumeStatus> volume,
      Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    VolumeId id() {
      return new VolumeId(volume.uid());
    }

    /** Top directory of the volume, whether it is mounted elsewhere or not. */
    Path live() {
      return pool.root().resolve(new Place.Live(id()).path());
    }

    Path of(UUID snapshotUid) {
      return pool.root().resolve(new Place.Snapshot(id(), new SnapshotId(snapshotUid)).path());
    }

    Path wanted() {
      return of(snapshot.uid());
    }
  }

  /** What is done there. */
  interface Job {
    TaskResult on(Site site);
  }

  /** Does the job when everything that it needs is there. */
  TaskResult with(Task task, UUID snapshot, TaskProgress progress, Job job) {
    UUID uid = Objects.requireNonNull(task.resource()).uid();
    Optional<Resource<VolumeSpec, VolumeStatus>> volume =
        plane.resources().find(StorageKinds.VOLUME, uid).filter(found -> !found.deleting());
    if (volume.isEmpty()) {
      return new TaskResult.CouldNot("The volume was deleted meanwhile.");
    }
    UUID parent = Objects.requireNonNull(volume.get().parent());
    Optional<MountedPool> pool = mounted.await(parent, progress::cancelled);
    if (pool.isEmpty()) {
      return new TaskResult.Stopped();
    }
    try (SnapshotUse.Held _ = use.reading(List.of(snapshot))) {
      return plane
          .resources()
          .find(StorageKinds.SNAPSHOT, snapshot)
          .filter(found -> !found.deleting())
          .map(found -> job.on(new Site(pool.get(), volume.get(), found)))
          .orElseGet(() -> new TaskResult.CouldNot("The snapshot was deleted meanwhile."));
    }
  }

  /** While it is held nobody takes a snapshot of the task's volume but the task itself. */
  SnapshotUse.Held changing(Task task) {
    return use.changing(Objects.requireNonNull(task.resource()).uid());
  }

  SnapshotUse.Held reading(UUID snapshot) {
    return use.reading(List.of(snapshot));
  }
}
