package io.homecloud.storage.volume;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Quantity;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.StorageConfig;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.files.StaleUploads;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Volumes, assembled. */
public final class VolumeFeature {
  private final VolumeReconciler reconciler;
  private final ResourceApi<VolumeSpec, VolumeStatus> api;
  private final VolumeBackend backend;
  private final MountedPools mounted;
  private final Cloning cloning;
  private final ControlPlane plane;

  public VolumeFeature(
      StorageConfig config, ControlPlane plane, StorageNode node, MountedPools mounted) {
    this.plane = plane;
    this.backend = node.volumes();
    this.mounted = mounted;
    this.reconciler =
        new VolumeReconciler(
            backend,
            node.records(),
            mounted,
            plane.resources(),
            config.volumeRoot(),
            new VolumeStatusFactory(plane.clock()),
            new StaleUploads(plane.plausibleClock()),
            plane.clock());
    this.api =
        new ResourceApi<>(
                StorageKinds.VOLUME,
                StorageKinds.API + "/volumes",
                new VolumeAdmission(
                    config.node(),
                    plane.resources(),
                    plane.tasks(),
                    mounted,
                    node.pools(),
                    backend,
                    config.volumeRoot(),
                    plane::wake),
                plane.room())
            .presentedBy(this::withUsage);
    this.cloning = new Cloning(plane, api);
  }

  public VolumeReconciler reconciler() {
    return reconciler;
  }

  public ResourceApi<VolumeSpec, VolumeStatus> api() {
    return api;
  }

  /** A volume that starts as a copy of another one, or of one of its snapshots. */
  Cloning cloning() {
    return cloning;
  }

  /** What volumes use is read from the file system when somebody asks, all of a pool in one go. */
  private List<Resource<VolumeSpec, VolumeStatus>> withUsage(
      List<Resource<VolumeSpec, VolumeStatus>> volumes) {
    Map<UUID, VolumeUsage> usages = new HashMap<>();
    volumes.stream()
        .filter(volume -> volume.parent() != null)
        .collect(Collectors.groupingBy(volume -> Objects.requireNonNull(volume.parent())))
        .forEach((pool, inside) ->
            mounted.find(pool).ifPresent(here -> usages.putAll(usages(here, inside))));
    return volumes.stream().map(volume -> with(volume, usages.get(volume.uid()))).toList();
  }

  private Map<UUID, VolumeUsage> usages(
      MountedPool pool, List<Resource<VolumeSpec, VolumeStatus>> volumes) {
    if (volumes.size() == 1) {
      VolumeId only = new VolumeId(volumes.getFirst().uid());
      Optional<VolumeUsage> usage = backend.usage(pool, only);
      return usage.map(found -> Map.of(only.value(), found)).orElse(Map.of());
    }
    return backend
        .usages(pool, volumes.stream().map(volume -> new VolumeId(volume.uid())).toList())
        .entrySet()
        .stream()
        .collect(Collectors.toMap(entry -> entry.getKey().value(), Map.Entry::getValue));
  }

  private Resource<VolumeSpec, VolumeStatus> with(
      Resource<VolumeSpec, VolumeStatus> volume, @Nullable VolumeUsage usage) {
    if (usage == null || volume.status() == null) {
      return volume;
    }
    if (volume.ready()
        && VolumeStatusFactory.isLow(volume, usage)
            != Conditions.isTrue(volume.conditions(), VolumeStatus.SPACE_LOW)) {
      plane.wake(volume.uid()); // its status is to say so, and an event
    }
    return volume.observed(volume.status().using(new Quantity(usage.used())));
  }
}
