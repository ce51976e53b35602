package io.homecloud.storage.diff;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.snapshot.SnapshotUse;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeBackend;
import io.homecloud.storage.volume.VolumeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The two sides of a comparison, and that they stay while it lasts. The present is a snapshot too,
 * one that nobody hears of: it goes when it was compared, after a crash when its volume is brought
 * up.
 */
final class Compared {
  private final ControlPlane plane;
  private final MountedPools mounted;
  private final VolumeBackend backend;
  private final SnapshotUse use;

  /** The present of a volume is compared by one at a time. */
  private final Map<UUID, Semaphore> turns = new ConcurrentHashMap<>();

  Compared(ControlPlane plane, MountedPools mounted, VolumeBackend backend, SnapshotUse use) {
    this.plane = plane;
    this.mounted = mounted;
    this.backend = backend;
    this.use = use;
  }

  private record Sides(Path from, Path to, Runnable end) implements ChangeLists.Sides {
    @Override
    public void close() {
      end.run();
    }
  }

  ChangeLists.Sides snapshots(
      Resource<SnapshotSpec, SnapshotStatus> from, Resource<SnapshotSpec, SnapshotStatus> to) {
    MountedPool pool = pool(from);
    SnapshotUse.Held held = use.reading(List.of(from.uid(), to.uid()));
    try {
      requireThere(from);
      requireThere(to);
      return new Sides(path(pool, from), path(pool, to), held::close);
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  ChangeLists.Sides withNow(Resource<SnapshotSpec, SnapshotStatus> from, Duration wait) {
    MountedPool pool = pool(from);
    VolumeId volume = new VolumeId(Objects.requireNonNull(from.parent()));
    Semaphore turn = turns.computeIfAbsent(volume.value(), _ -> new Semaphore(1));
    if (!acquired(turn, wait)) {
      throw StorageProblem.VOLUME_BUSY.because(
          "The volume is being compared for somebody else; ask again in a while.");
    }
    SnapshotUse.Held held = use.reading(List.of(from.uid()));
    Place.Snapshot present = new Place.Snapshot(volume, SnapshotId.passing(volume));
    Runnable end =
        () -> {
          try {
            var _ = backend.delete(pool, present);
          } finally {
            held.close();
            turn.release();
          }
        };
    try {
      requireThere(from);
      StorageProblem.require(backend.delete(pool, present));
      StorageProblem.require(backend.snapshot(pool, volume, present.snapshot()));
      return new Sides(path(pool, from), pool.root().resolve(present.path()), end);
    } catch (RuntimeException e) {
      end.run();
      throw e;
    }
  }

  /** Removes what a killed comparison left. */
  void sweep(MountedPool pool, VolumeId volume) {
    Semaphore turn = turns.computeIfAbsent(volume.value(), _ -> new Semaphore(1));
    if (turn.tryAcquire()) {
      try {
        var _ = backend.delete(pool, new Place.Snapshot(volume, SnapshotId.passing(volume)));
      } finally {
        turn.release();
      }
    }
  }

  private static boolean acquired(Semaphore turn, Duration wait) {
    try {
      return turn.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private MountedPool pool(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    UUID volume = Objects.requireNonNull(snapshot.parent());
    return mounted.require(
        plane
            .resources()
            .find(StorageKinds.VOLUME, volume)
            .map(found -> found.parent())
            .orElseThrow(() ->
                StorageProblem.VOLUME_NOT_FOUND.because(
                    "Volume "
                        + snapshot.spec().volume()
                        + " is in the trash; restore it from there.")));
  }

  /** Looked at anew: from now on nobody deletes it. */
  private void requireThere(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    if (plane
        .resources()
        .find(StorageKinds.SNAPSHOT, snapshot.uid())
        .filter(found -> !found.deleting())
        .isEmpty()) {
      throw StorageProblem.SNAPSHOT_NOT_FOUND.because(
          "Snapshot " + snapshot.name() + " was deleted meanwhile.");
    }
  }

  private static Path path(MountedPool pool, Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    VolumeId volume = new VolumeId(Objects.requireNonNull(snapshot.parent()));
    return pool.root().resolve(new Place.Snapshot(volume, new SnapshotId(snapshot.uid())).path());
  }
}
