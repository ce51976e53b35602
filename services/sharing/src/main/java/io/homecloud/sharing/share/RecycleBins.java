package io.homecloud.sharing.share;

import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.sharing.samba.DeletedFiles;
import io.homecloud.sharing.serving.ServedShare;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Deletes for good what has been in recycle bins for longer than their shares say. */
final class RecycleBins {
  private static final Logger LOG = Logger.getLogger(RecycleBins.class);

  private final Supplier<List<ServedShare>> shares;
  private final PlausibleClock clock;

  /**
   * @param shares what is served now
   */
  RecycleBins(Supplier<List<ServedShare>> shares, PlausibleClock clock) {
    this.shares = shares;
    this.clock = clock;
  }

  /** Looks at all bins now. */
  void sweep() {
    shares.get().forEach(this::sweep);
  }

  private void sweep(ServedShare share) {
    if (share.recycleBinDays().isEmpty() || share.readOnly()) {
      return;
    }
    Duration kept = Duration.ofDays(share.recycleBinDays().getAsInt());
    long deleted = DeletedFiles.sweep(share, clock.longAgo(kept));
    if (deleted > 0) {
      LOG.infof("%d old files are gone from the recycle bin of share %s", deleted, share.name());
    }
  }
}
