package io.homecloud.storage.disk;

import io.homecloud.storage.StorageFailure;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The disks of this machine as last seen, kept current by the kernel's events: asking reads no
 * disk. Before it watches, and where the kernel does not let it listen, asking is looking.
 */
public final class SeenDisks implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SeenDisks.class);

  private final Disks disks;
  private volatile @Nullable DiskWatch watch;

  public SeenDisks(Disks disks) {
    this.disks = disks;
  }

  /** Begins to watch; see {@link DiskWatch#start} for the listener. */
  void watch(DiskEvents events, Consumer<DiskFact> listener) {
    try {
      watch = DiskWatch.start(disks, events, listener);
    } catch (StorageFailure refused) {
      LOG.warnf("disks that come and go are not noticed by themselves: %s", refused.getMessage());
    }
  }

  /** All disks, ordered by id, with who uses them now. */
  public List<Disk> all() {
    DiskWatch watching = watch;
    return watching == null ? disks.scan() : disks.usedNow(watching.disks());
  }

  /** The one that the kernel calls so, looked at now. */
  void lookAt(String name) {
    Optional.ofNullable(watch).ifPresent(watching -> watching.lookAt(Set.of(name)));
  }

  /** Looks at all of them now; for after a change that makes no event, such as formatting. */
  public void lookAgain() {
    Optional.ofNullable(watch).ifPresent(DiskWatch::rescan);
  }

  @Override
  public void close() {
    DiskWatch watching = watch;
    if (watching != null) {
      try {
        watching.close();
      } catch (IOException e) {
        LOG.debug("the watch on disks did not close", e);
      }
    }
  }
}
