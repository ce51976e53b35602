package io.homecloud.sharing.share;

import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.sharing.samba.DeletedFiles;
import io.homecloud.sharing.serving.ServedShare;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Deletes for good what has been in recycle bins for longer than their shares say. */
final class RecycleBins {
  private static final Logger LOG = Logger.getLogger(RecycleBins.class);

  private final Supplier<List<ServedShare>> shares;
  private final Clock clock;
  private final PlausibleClock plausible;

  /**
   * @param shares what is served now
   * @param plausible whether the clock can be believed: one that jumped ahead would empty them all
   */
  RecycleBins(Supplier<List<ServedShare>> shares, Clock clock, PlausibleClock plausible) {
    this.shares = shares;
    this.clock = clock;
    this.plausible = plausible;
  }

  /** Looks at all bins now. */
  void sweep() {
    if (plausible.plausible()) {
      shares.get().forEach(this::sweep);
    }
  }

  private void sweep(ServedShare share) {
    if (share.recycleBinDays().isEmpty() || share.readOnly()) {
      return;
    }
    long deleted = DeletedFiles.sweep(share, clock.instant());
    if (deleted > 0) {
      LOG.infof("%d old files are gone from the recycle bin of share %s", deleted, share.name());
    }
  }
}
