package io.homecloud.sharing.share;

import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.sharing.serving.ServedShare;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Deletes for good, once a day, what has been in recycle bins for longer than their shares say. */
final class RecycleBins implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RecycleBins.class);
  private static final Duration FIRST = Duration.ofMinutes(10);
  private static final Duration EACH = Duration.ofDays(1);

  private final Supplier<List<ServedShare>> shares;
  private final Clock clock;
  private final PlausibleClock plausible;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sharing-recycle").factory());

  /**
   * @param shares what is served now
   * @param plausible whether the clock can be believed: one that jumped ahead would empty them all
   */
  RecycleBins(Supplier<List<ServedShare>> shares, Clock clock, PlausibleClock plausible) {
    this.shares = shares;
    this.clock = clock;
    this.plausible = plausible;
  }

  void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::sweep, FIRST.toSeconds(), EACH.toSeconds(), TimeUnit.SECONDS);
  }

  /** Looks at all bins now. */
  void sweep() {
    try {
      if (plausible.plausible()) {
        shares.get().forEach(this::sweep);
      }
    } catch (RuntimeException e) {
      LOG.warnf("recycle bins are looked at tomorrow: %s", e.getMessage());
    }
  }

  private void sweep(ServedShare share) {
    if (share.recycleBinDays().isEmpty() || share.readOnly()) {
      return;
    }
    long deleted = io.homecloud.sharing.samba.RecycleBin.sweep(share, clock.instant());
    if (deleted > 0) {
      LOG.infof("%d old files are gone from the recycle bin of share %s", deleted, share.name());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
