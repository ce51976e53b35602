package io.homecloud.storage.pool;

import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.volume.VolumeBackend;
import io.homecloud.storage.volume.VolumeId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes disks in again that came back while their pool was in place without them. The kernel does
 * that at a mount only, so the pool is unmounted for a moment, when nobody uses it.
 */
final class PoolRejoin {
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
    for (Map.Entry<Path, VolumeId> mount : volumes.mounts(pool).entrySet()) {
      Outcome<Change> gone = volumes.unmount(pool, mount.getValue(), mount.getKey());
      if (gone.refusal().isPresent()) {
        return gone.refusal();
      }
    }
    return backend.unmount(pool).refusal();
  }
}
