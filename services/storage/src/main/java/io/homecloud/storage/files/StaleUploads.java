package io.homecloud.storage.files;

import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.storage.Outcome;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Takes back the room of uploads that nobody goes on with. */
public final class StaleUploads {
  private static final Logger LOG = Logger.getLogger(StaleUploads.class);
  private static final Duration KEPT = Duration.ofDays(1);

  private final PlausibleClock clock;

  public StaleUploads(PlausibleClock clock) {
    this.clock = clock;
  }

  /**
   * Removes what has not been written to for a day; nothing while the clock cannot be believed.
   *
   * @param volume by its place in the pool: its own mount has to stay free for unmounting
   */
  public void sweep(Path volume) {
    Path place = volume.resolve(PartialFiles.PLACE.text());
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    var opened = VolumeFiles.open(volume, new FileOwner(0, 0, 0600, 0700));
    if (opened instanceof Outcome.Done<VolumeFiles>(VolumeFiles files)) {
      try (files) {
        files
            .sweep(clock.longAgo(KEPT))
            .refusal()
            .ifPresent(why -> LOG.warnf("uploads in %s stay: %s", volume, why.sentence()));
      }
    }
  }
}
