package io.homecloud.storage.trash;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Noted;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.Owner;
import io.homecloud.storage.volume.VolumeBackend;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** How an entry of the trash becomes a volume again. */
final class WayBack {
  private static final int LONGEST = 63;

  private final ControlPlane plane;
  private final VolumeBackend backend;
  private final Path volumeRoot;

  WayBack(ControlPlane plane, VolumeBackend backend, Path volumeRoot) {
    this.plane = plane;
    this.backend = backend;
    this.volumeRoot = volumeRoot;
  }

  /**
   * The row first, so that of two who ask one has it and a taken name moves nothing; what a crash
   * leaves in the volume's place without its row the reconciler moves back. The row is locked.
   */
  void go(
      Transaction transaction,
      Resource<TrashSpec, TrashStatus> entry,
      Name name,
      VolumeSpec spec,
      MountedPool pool) {
    String target = volumeRoot.resolve(name.value()).toString();
    // Its status says that it was made, so that it is put into place and never made anew.
    VolumeStatus made = new VolumeStatus(entry.spec().trashedAt(), target, null, 0, List.of());
    ResourceStore store = plane.resources();
    store.become(transaction, entry.uid(), StorageKinds.VOLUME, name, spec, made);
    // Its name before may be another volume's by now, which its snapshots are none of.
    store.rename(transaction, StorageKinds.SNAPSHOT, entry.uid(), "volume", name);
    store.rename(transaction, StorageKinds.SCHEDULE, entry.uid(), "volume", name);
    // They sleep without a timer while it is in the trash.
    store
        .all(StorageKinds.SCHEDULE, Selection.in(entry.uid()))
        .forEach(schedule -> transaction.signal(Signal.Topic.WISH, schedule.uid()));
    StorageProblem.require(backend.restoreFromTrash(pool, new VolumeId(entry.uid())));
    backend.commit(pool);
    store.tell(
        transaction,
        new StorageFact.VolumeRestored(
            entry.uid(),
            name.value(),
            entry.node(),
            Objects.requireNonNull(entry.parent()),
            target,
            Owner.text(spec.owner())));
  }

  /** What is noted of it as a volume on its pool; empty while it is in the trash. */
  Optional<Noted<VolumeSpec>> noted(UUID uid, MountedPool pool) {
    return CatalogueReader.noted(pool, plane, StorageKinds.VOLUME, uid);
  }

  /** The name, or another one where a volume has it. */
  Name free(Name wished, UUID uid) {
    if (plane.resources().find(StorageKinds.VOLUME, wished).isEmpty()) {
      return wished;
    }
    String end = "-" + uid.toString().substring(0, 8);
    String begin = wished.value();
    return new Name(begin.substring(0, Math.min(begin.length(), LONGEST - end.length())) + end);
  }
}
