package io.homecloud.storage.adoption;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.ResourceBatch;
import io.homecloud.control.resource.ResourceRows;
import io.homecloud.events.database.Transaction;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Findings;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.PoolContents;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Takes up snapshots that are on a pool and noted there and have no row, though their volume has
 * one: the database is older than they are. A row comes before its snapshot and goes after it, so
 * one that was deleted is never among them.
 */
final class ForgottenSnapshots {
  private static final Logger LOG = Logger.getLogger(ForgottenSnapshots.class);

  private final ControlPlane plane;
  private final StorageNode node;
  private final ResourceBatch rows;

  ForgottenSnapshots(ControlPlane plane, StorageNode node) {
    this.plane = plane;
    this.node = node;
    this.rows = new ResourceBatch(new ResourceRows(plane.json()));
  }

  /**
   * Takes those up of these that are snapshots of a volume here, or of one in the trash.
   *
   * @param name of the pool, for those whose name somebody else has by now
   * @param unknown what is noted, and has no row since before it was looked what is there
   * @param there what is on the pool
   */
  void takeUp(MountedPool pool, Name name, Set<UUID> unknown, PoolContents there) {
    there
        .snapshots()
        .forEach((volume, snapshots) -> {
          List<SnapshotId> left =
              snapshots.stream()
                  .filter(snapshot -> unknown.contains(snapshot.value()))
                  .filter(snapshot -> !snapshot.equals(SnapshotId.passing(volume)))
                  .toList();
          if (!left.isEmpty()) {
            takeUp(pool, name, volume, left);
          }
        });
  }

  private void takeUp(MountedPool pool, Name name, VolumeId volume, List<SnapshotId> left) {
    Findings findings = new Findings();
    PoolContents contents =
        new PoolContents(Set.of(), Set.of(), Map.of(volume, left), List.of(), List.of());
    Set<UUID> taken;
    try (CatalogueReader catalogue =
        new CatalogueReader(pool, plane.json(), plane.clock(), findings)) {
      Inventory inventory =
          new Inventory(
              plane.node(), pool, node.volumes(), catalogue, findings, plane.clock(), false);
      taken =
          plane
              .database()
              .inTransaction(transaction ->
                  called(transaction, pool, volume)
                      .map(called ->
                          new Adoption(transaction, rows, inventory, catalogue, contents, findings)
                              .snapshots(volume, called, name, pool.root()))
                      .orElse(Set.of()));
    }
    if (!taken.isEmpty() || findings.count() > 0) {
      LOG.warnf(
          "snapshots of volume %s on pool %s that the database did not know: %d are taken up, findings %d: %s",
          volume, name, taken.size(), findings.count(), findings.summary());
    }
    // Those that have another name now are noted with it.
    taken.forEach(plane::wake);
  }

  /** The name of a volume of this pool, held so that nobody deletes it meanwhile. */
  private Optional<Name> called(Transaction transaction, MountedPool pool, VolumeId volume) {
    return plane
        .resources()
        .lock(transaction.handle(), StorageKinds.VOLUME, volume.value())
        .filter(row -> pool.id().value().equals(row.parent()))
        .map(row -> row.name())
        .or(() ->
            plane
                .resources()
                .lock(transaction.handle(), StorageKinds.TRASH, volume.value())
                .filter(row -> pool.id().value().equals(row.parent()) && !row.deleting())
                .map(row -> row.spec().volume()));
  }
}
