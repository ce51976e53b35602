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
  private volatile boolean again;
  private volatile boolean refused;

  public SeenDisks(Disks disks) {
    this.disks = disks;
  }

  /**
   * Begins to watch, unless it does already; to be called again when it throws. See {@link
   * DiskWatch#start} for the listener.
   */
  void watch(DiskEvents events, Consumer<DiskFact> listener) {
    if (watch != null || refused) {
      return;
    }
    try {
      DiskWatch started = DiskWatch.start(disks, events, listener);
      watch = started;
      if (again) {
        started.rescan();
      }
    } catch (StorageFailure failure) {
      refused = true;
      LOG.warnf("disks that come and go are not noticed by themselves: %s", failure.getMessage());
    }
  }

  /** All disks, ordered by id, with who uses them now. */
  public List<Disk> all() {
    DiskWatch watching = watch;
    return watching == null ? disks.scan() : disks.usedNow(watching.disks());
  }

  /** Those that may be used, ordered by id. */
  List<Disk> offered() {
    return all().stream().filter(Disk::offered).toList();
  }

  /** The one that the kernel calls so, looked at now. */
  void lookAt(String name) {
    Optional.ofNullable(watch).ifPresent(watching -> watching.lookAt(Set.of(name)));
  }

  /** Looks at all of them now; for after a change that makes no event, such as formatting. */
  public void lookAgain() {
    // Before it is asked for, or who begins to watch now would not see it.
    again = true;
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
