package io.homecloud.storage.metrics;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.pool.PoolBackend;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolState;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.pool.PoolUsage;
import io.homecloud.storage.volume.VolumeBackend;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeUsage;
import io.prometheus.client.Collector;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Looks at every pool in place and the volumes mounted from it, and says which are not in place.
 */
final class StorageCollector extends Collector {
  private static final Logger LOG = Logger.getLogger(StorageCollector.class);
  private static final List<String> POOL = List.of("pool");
  private static final List<String> PROFILE = List.of("pool", "kind", "profile");
  private static final List<String> DEVICE = List.of("pool", "device", "path");
  private static final List<String> ERRORS = List.of("pool", "device", "path", "kind");
  private static final List<String> VOLUME = List.of("pool", "volume");

  private final MountedPools mounted;
  private final PoolBackend pools;
  private final VolumeBackend volumes;
  private final ResourceStore store;
  private final String node;

  StorageCollector(
      MountedPools mounted,
      PoolBackend pools,
      VolumeBackend volumes,
      ResourceStore store,
      String node) {
    this.node = node;
    this.mounted = mounted;
    this.store = store;
    this.pools = pools;
    this.volumes = volumes;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    Families families = new Families();
    conditions(families);
    for (MountedPool pool : mounted.all()) {
      try {
        String name = pool.root().getFileName().toString();
        PoolState state = pools.state(pool);
        pool(families, name, state, pools.usage(pool));
        state.devices().forEach(device -> device(families, name, device));
        volumes(families, name, pool);
      } catch (StorageFailure broken) {
        // One that was pulled out or is being unmounted must not hide the others.
        LOG.debugf("pool %s is left out of the metrics: %s", pool.id(), broken.getMessage());
      }
    }
    return families.all();
  }

  /**
   * What the pools of this node say themselves: one that is not in place has no other figures, and
   * a failing disk counts as a missing one. Left out when the database is away; all else is known
   * without it.
   */
  private void conditions(Families families) {
    try {
      for (Resource<PoolSpec, PoolStatus> pool : store.all(StorageKinds.POOL, Selection.on(node))) {
        List<String> name = List.of(pool.name().value());
        if (pool.status() != null && !pool.deleting()) {
          boolean ready = Conditions.isTrue(pool.conditions(), Condition.READY);
          families.add("homecloud_pool_ready", POOL, name, ready ? 1 : 0);
        }
        if (mounted.find(pool.uid()).isPresent()) {
          // That it can only be read has a figure of its own.
          boolean degraded =
              Conditions.find(pool.conditions(), PoolStatus.DEGRADED)
                  .filter(condition -> condition.status() == Condition.Truth.True)
                  .filter(condition -> !condition.reason().equals(PoolStatus.READ_ONLY))
                  .isPresent();
          families.add("homecloud_pool_degraded", POOL, name, degraded ? 1 : 0);
        }
      }
    } catch (RuntimeException e) {
      if (!ServiceDatabase.isAway(e)) {
        throw e;
      }
    }
  }

  private static void pool(Families families, String name, PoolState state, PoolUsage usage) {
    List<String> labels = List.of(name);
    families.add("homecloud_pool_capacity_bytes", POOL, labels, usage.size());
    families.add("homecloud_pool_whole_bytes", POOL, labels, usage.whole());
    families.add("homecloud_pool_used_bytes", POOL, labels, usage.used());
    families.add("homecloud_pool_allocated_bytes", POOL, labels, usage.allocated());
    families.add("homecloud_pool_available_bytes", POOL, labels, usage.writable());
    families.add(
        "homecloud_pool_available_minimum_bytes",
        POOL,
        labels,
        Math.min(usage.freeMinimum(), usage.writable()));
    families.add("homecloud_pool_read_only", POOL, labels, state.readOnly() ? 1 : 0);
    families.add(
        "homecloud_pool_errors",
        POOL,
        labels,
        state.devices().stream().mapToLong(device -> device.errors().all()).sum());
    for (PoolUsage.Group group : usage.groups()) {
      List<String> of =
          List.of(name, group.kind().name().toLowerCase(Locale.ROOT), group.profile());
      families.add("homecloud_pool_profile_total_bytes", PROFILE, of, group.total());
      families.add("homecloud_pool_profile_used_bytes", PROFILE, of, group.used());
    }
  }

  private static void device(Families families, String pool, PoolDevice device) {
    String number = Long.toString(device.id());
    String path = device.path().map(Path::toString).orElse("");
    List<String> labels = List.of(pool, number, path);
    families.add("homecloud_device_size_bytes", DEVICE, labels, device.size());
    families.add("homecloud_device_allocated_bytes", DEVICE, labels, device.allocated());
    families.add("homecloud_device_missing", DEVICE, labels, device.missing() ? 1 : 0);
    PoolDevice.Errors errors = device.errors();
    Map.of(
            "write", errors.write(),
            "read", errors.read(),
            "flush", errors.flush(),
            "corruption", errors.corruption(),
            "generation", errors.generation())
        .forEach((kind, count) ->
            families.add(
                "homecloud_device_errors", ERRORS, List.of(pool, number, path, kind), count));
  }

  private void volumes(Families families, String pool, MountedPool here) {
    Map<Path, VolumeId> places = volumes.mounts(here);
    Map<VolumeId, VolumeUsage> usages = volumes.usages(here, places.values());
    places.forEach((place, volume) -> {
      VolumeUsage usage = usages.get(volume);
      if (usage != null) {
        List<String> labels = List.of(pool, place.getFileName().toString());
        families.add("homecloud_volume_used_bytes", VOLUME, labels, usage.used());
        usage
            .limit()
            .ifPresent(
                quota -> families.add("homecloud_volume_quota_bytes", VOLUME, labels, quota));
      }
    });
  }
}
