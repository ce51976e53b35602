package io.homecloud.storage.snapshot;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.events.database.Transaction;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.pool.MountedPool;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Pins that are noted on a pool and that the database, which may be an older one, has not. */
public final class NewerPins {
  private static final Logger LOG = Logger.getLogger(NewerPins.class);

  private final ControlPlane plane;

  public NewerPins(ControlPlane plane) {
    this.plane = plane;
  }

  /**
   * Whether a snapshot was pinned after all that is known of it here. Then it is pinned here too,
   * and not deleted any more. One that has no row is waiting to be taken up, pinned as it is.
   */
  public boolean takeOver(MountedPool pool, UUID snapshot) {
    return CatalogueReader.noted(pool, plane, StorageKinds.SNAPSHOT, snapshot)
        .filter(note -> note.spec().pinned())
        .filter(note ->
            plane
                .database()
                .inTransaction(transaction -> takeOver(transaction, snapshot, note.generation())))
        .isPresent();
  }

  /**
   * A row of the generation that is noted would be pinned too, had the wish been the same: in doubt
   * the pin stays.
   */
  private boolean takeOver(Transaction transaction, UUID snapshot, long noted) {
    ResourceStore store = plane.resources();
    Optional<Resource<SnapshotSpec, SnapshotStatus>> row =
        store.lock(transaction.handle(), StorageKinds.SNAPSHOT, snapshot);
    if (row.isEmpty()) {
      return true;
    }
    SnapshotSpec spec = row.get().spec();
    if (spec.pinned() || row.get().metadata().generation() > noted) {
      return false;
    }
    LOG.warnf(
        "snapshot %s is pinned on its pool, by a wish that this database does not know: it stays",
        row.get().name());
    if (row.get().deleting()) {
      store.become(
          transaction, snapshot, StorageKinds.SNAPSHOT, row.get().name(), spec, row.get().status());
    }
    var _ =
        store.change(
            StorageKinds.SNAPSHOT,
            row.get().name(),
            Optional.empty(),
            now ->
                new Wish<>(
                    new SnapshotSpec(spec.volume(), true, spec.displayName()),
                    now.metadata().labels()));
    return true;
  }
}
