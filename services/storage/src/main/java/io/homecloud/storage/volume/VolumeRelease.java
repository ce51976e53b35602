package io.homecloud.storage.volume;

import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.events.Fact;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.host.mount.Holder;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.pool.MountedPool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Asks those who serve a volume's files to let go of it, before it goes to the trash: under their
 * own mounts they would go on writing to it there.
 */
final class VolumeRelease {
  private static final Logger LOG = Logger.getLogger(VolumeRelease.class);
  private static final int NAMED = 5;

  /** When to look again: nobody tells that a mount is gone. */
  private static final List<Duration> PAUSES =
      Stream.of(50, 100, 200, 400, 800, 1600, 3200).map(Duration::ofMillis).toList();

  private final ResourceStore store;
  private final VolumeBackend backend;

  VolumeRelease(ResourceStore store, VolumeBackend backend) {
    this.store = store;
    this.backend = backend;
  }

  /**
   * Returns when nobody has it mounted beside us.
   *
   * @return whether somebody had
   * @throws io.homecloud.control.problem.ProblemException VOLUME_BUSY with where it still is and
   *     who uses it there; then they are told that it stays
   */
  boolean ask(Resource<VolumeSpec, VolumeStatus> volume, MountedPool pool, Path own) {
    VolumeId id = new VolumeId(volume.uid());
    List<String> left = backend.others(pool, id, own);
    if (left.isEmpty()) {
      return false;
    }
    tell(
        new StorageFact.VolumeReleaseRequested(
            volume.uid(), volume.name().value(), volume.node(), pool.id().value()));
    for (Duration pause : PAUSES) {
      pause(pause);
      left = backend.others(pool, id, own);
      if (left.isEmpty()) {
        return true;
      }
    }
    stays(volume, own, true);
    List<Holder> holders = backend.holders(pool, id);
    List<String> who =
        Stream.concat(
                left.stream().map(place -> "it is mounted at " + place),
                holders.stream().map(Holder::sentence))
            .limit(NAMED)
            .toList();
    throw StorageProblem.VOLUME_BUSY
        .because("It is in use: " + String.join("; ", who) + ".")
        .with("holders", holders);
  }

  /** Tells those who were asked that they may use it again. */
  void stays(Resource<VolumeSpec, VolumeStatus> volume, Path own, boolean asked) {
    if (asked) {
      tell(changed(volume, own));
    }
  }

  /** The same, unless it is on its way to the trash all the same, or the database is away. */
  void stays(Resource<VolumeSpec, VolumeStatus> volume, Path own) {
    try {
      store.useTransaction(transaction ->
          store
              .lock(transaction.handle(), StorageKinds.VOLUME, volume.uid())
              .filter(row -> row.ready() && !row.deleting())
              .ifPresent(row -> store.tell(transaction, changed(row, own))));
    } catch (RuntimeException e) {
      // Whoever serves it asks after a while.
      LOG.warnf("nobody is told that volume %s stays: %s", volume.name(), e.getMessage());
    }
  }

  private static Fact changed(Resource<VolumeSpec, VolumeStatus> volume, Path own) {
    return new StorageFact.VolumeChanged(
        volume.uid(),
        volume.name().value(),
        volume.node(),
        Objects.requireNonNull(volume.parent()),
        own.toString(),
        Owner.text(volume.spec().owner()));
  }

  private void tell(Fact fact) {
    store.useTransaction(transaction -> store.tell(transaction, fact));
  }

  private static void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StorageProblem.CANCELLED.because("homecloud is being stopped.");
    }
  }
}
