package io.homecloud.storage.adoption;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.adoption.OfferedPool.OfferedVolume;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Findings;
import io.homecloud.storage.catalogue.Noted;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSpec;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Says what would come with an offer. For that it is mounted for a moment, and nothing is written
 * to its disks. What it says of itself is as hostile as when it is adopted, and read by the same
 * code.
 */
final class Showing {
  private static final Logger LOG = Logger.getLogger(Showing.class);
  private static final int MOST_VOLUMES = 1000;
  private static final Comparator<OfferedVolume> BY_NAME =
      Comparator.comparing(volume -> volume.name().value());

  private final ControlPlane plane;
  private final StorageNode hands;
  private final Path poolRoot;
  private final Consumer<Disk> requireUnused;

  /**
   * @param requireUnused throws a ProblemException for a disk that must be left alone
   */
  Showing(ControlPlane plane, StorageNode hands, Path poolRoot, Consumer<Disk> requireUnused) {
    this.plane = plane;
    this.hands = hands;
    this.poolRoot = poolRoot;
    this.requireUnused = requireUnused;
  }

  /** One that cannot be looked into says why, and does not keep others from being shown. */
  OfferedPool show(Offer offer) {
    try {
      offer.disks().forEach(requireUnused);
      return switch (Look.untouched(hands.pools(), offer, poolRoot)) {
        case Outcome.Refused<Look>(Refusal why) -> notSeen(offer, why.sentence());
        case Outcome.Done<Look>(Look look) -> {
          try (look) {
            yield seen(offer, look.pool());
          }
        }
      };
    } catch (ProblemException problem) {
      return notSeen(offer, problem.detail());
    } catch (StorageFailure failure) {
      LOG.warnf(failure, "pool %s cannot be shown", offer.pool());
      return notSeen(offer, failure.sentence());
    }
  }

  private OfferedPool seen(Offer offer, MountedPool looked) {
    Findings findings = new Findings();
    try (CatalogueReader catalogue =
        new CatalogueReader(looked, plane.json(), plane.clock(), findings)) {
      Name name =
          catalogue
              .read(StorageKinds.POOL, offer.pool().value())
              .map(Noted::name)
              .orElseGet(() -> unnoted(offer));
      Inventory inventory =
          new Inventory(
              plane.node(), looked, hands.volumes(), catalogue, findings, plane.clock(), true);
      Set<VolumeId> all = hands.volumes().contents(looked).volumes();
      List<OfferedVolume> volumes =
          all.stream()
              .limit(MOST_VOLUMES)
              .flatMap(id -> inventory.volume(id, name).stream())
              .map(volume -> shown(volume.uid(), volume.name(), volume.spec()))
              .sorted(BY_NAME)
              .toList();
      return shown(offer, name, volumes, all.size(), null);
    }
  }

  /**
   * What is on a pool of this installation and not known here; empty when there is nothing. It was
   * let go of, or the database is an older one that was written back.
   */
  Optional<OfferedPool> letGo(Resource<PoolSpec, PoolStatus> pool, MountedPool mounted) {
    Selection inside = Selection.in(pool.uid());
    Set<UUID> known =
        Stream.concat(
                plane.resources().all(StorageKinds.VOLUME, inside).stream(),
                plane.resources().all(StorageKinds.TRASH, inside).stream())
            .map(Resource::uid)
            .collect(Collectors.toSet());
    try (CatalogueReader catalogue =
        new CatalogueReader(mounted, plane.json(), plane.clock(), new Findings())) {
      List<OfferedVolume> volumes =
          hands.volumes().contents(mounted).volumes().stream()
              .filter(id -> !known.contains(id.value()))
              .flatMap(id -> catalogue.read(StorageKinds.VOLUME, id.value()).stream())
              .map(note -> shown(note.uid(), note.name(), note.spec()))
              .sorted(BY_NAME)
              .toList();
      return volumes.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new OfferedPool(
                  pool.uid(),
                  pool.name(),
                  "",
                  pool.spec().disks(),
                  true,
                  true,
                  volumes.stream().limit(MOST_VOLUMES).toList(),
                  volumes.size(),
                  null));
    }
  }

  private static OfferedVolume shown(UUID uid, Name name, VolumeSpec spec) {
    return new OfferedVolume(uid, name, VolumeWish.displayed(spec.displayName()));
  }

  private static OfferedPool notSeen(Offer offer, String why) {
    return shown(offer, unnoted(offer), List.of(), 0, why);
  }

  private static OfferedPool shown(
      Offer offer, Name name, List<OfferedVolume> volumes, int count, @Nullable String notSeen) {
    return new OfferedPool(
        offer.pool().value(),
        name,
        offer.label(),
        offer.disks().stream().map(disk -> disk.id().value()).toList(),
        offer.whole(),
        false,
        volumes,
        count,
        notSeen);
  }

  /** What a pool is called that nothing usable is noted of. */
  static Name unnoted(Offer offer) {
    return Names.ofLabel(offer.label()).orElseGet(() -> Names.recovered(offer.pool().value()));
  }
}
