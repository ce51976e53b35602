package io.homecloud.storage.pool;

import io.homecloud.host.mount.DeviceNumber;
import io.homecloud.host.mount.Holder;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.volume.VolumeBackend;
import io.homecloud.storage.volume.VolumeId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Takes disks in again that came back while their pool was in place without them. The kernel does
 * that at a mount only, so the pool is unmounted for a moment, when nobody uses it.
 */
final class PoolRejoin {
  private static final int NAMED_HOLDERS = 5;

  private final Mounts mounts = new Mounts();
  private final MountHolders holders = new MountHolders();
  private final PoolBackend backend;
  private final VolumeBackend volumes;

  PoolRejoin(PoolBackend backend, VolumeBackend volumes) {
    this.backend = backend;
    this.volumes = volumes;
  }

  /**
   * Whether every missing member is there again, and none was written elsewhere meanwhile: then two
   * truths would meet.
   */
  boolean possible(PoolState state, List<Disk> disks) {
    Map<Long, Long> generations = new HashMap<>();
    disks.stream()
        .flatMap(disk -> backend.identify(disk.node()).stream())
        .filter(identity -> identity.pool().equals(state.id()))
        .forEach(
            identity -> generations.merge(identity.deviceId(), identity.generation(), Long::max));
    long newest =
        state.devices().stream()
            .filter(device -> !device.missing())
            .mapToLong(device -> generations.getOrDefault(device.id(), 0L))
            .max()
            .orElse(Long.MAX_VALUE);
    List<PoolDevice> missing = state.devices().stream().filter(PoolDevice::missing).toList();
    return !missing.isEmpty()
        && missing.stream()
            .allMatch(device ->
                generations.containsKey(device.id()) && generations.get(device.id()) <= newest);
  }

  /** Unmounts it with all its volumes, never lazily; why not, when somebody uses it. */
  Optional<Refusal> letGo(MountedPool pool) {
    // Then it would stay as it is in the kernel, and unmounting it here would help nobody.
    Optional<Refusal> elsewhere = mountedElsewhere(pool);
    if (elsewhere.isPresent()) {
      return elsewhere;
    }
    for (Map.Entry<Path, VolumeId> mount : volumes.mounts(pool).entrySet()) {
      Outcome<Change> gone = volumes.unmount(pool, mount.getValue(), mount.getKey());
      if (gone.refusal().isPresent()) {
        return gone.refusal();
      }
    }
    return backend.unmount(pool).refusal();
  }

  /** Why one that was unmounted and mounted again is as it was before. */
  Refusal notTaken(MountedPool pool) {
    return mountedElsewhere(pool)
        .orElseGet(
            () -> new Refusal(StorageError.POOL_BUSY, "The kernel has not taken it in this time."));
  }

  /** Other mount namespaces, as those of containers, keep a file system that is unmounted here. */
  private Optional<Refusal> mountedElsewhere(MountedPool pool) {
    Set<DeviceNumber> devices =
        mounts.list().stream()
            .filter(mount -> mount.mountPoint().equals(pool.root().toString()))
            .map(Mount::device)
            .collect(Collectors.toSet());
    List<Holder> found =
        holders.of(mount -> devices.contains(mount.device())).stream()
            .filter(holder -> holder.use() == Holder.Use.MOUNTED_ELSEWHERE)
            .toList();
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                StorageError.POOL_BUSY,
                found.stream()
                    .limit(NAMED_HOLDERS)
                    .map(Holder::sentence)
                    .collect(Collectors.joining("; ", "", "."))));
  }
}
