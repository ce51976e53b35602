package io.homecloud.sharing.share;

import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Deletes for good, once a day, what has been in recycle bins for longer than their shares say. How
 * long is told by the time of the last change of a file's entry in its directory, which moving it
 * there was.
 */
final class RecycleBins implements AutoCloseable {
  /** Where vfs_recycle(8) of Samba is told to put things. */
  static final String DIRECTORY = ".recycle";

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
    Instant before = clock.instant().minus(Duration.ofDays(share.recycleBinDays().getAsInt()));
    Stream.concat(Stream.of(share.root()), share.homes().values().stream())
        .map(root -> root.resolve(DIRECTORY))
        .filter(bin -> Files.isDirectory(bin, LinkOption.NOFOLLOW_LINKS))
        .forEach(bin -> empty(bin, before));
  }

  private static void empty(Path bin, Instant before) {
    Emptying emptying = new Emptying(bin, before);
    try {
      Files.walkFileTree(bin, emptying);
    } catch (IOException e) {
      LOG.warnf("the recycle bin %s is not emptied whole: %s", bin, e.getMessage());
    }
    if (emptying.deleted > 0) {
      LOG.infof("%d old files are gone from the recycle bin %s", emptying.deleted, bin);
    }
  }

  /** No link is followed: not here, and by no name in a mount of a share. */
  private static final class Emptying extends SimpleFileVisitor<Path> {
    private final Path bin;
    private final Instant before;
    private long deleted;

    Emptying(Path bin, Instant before) {
      this.bin = bin;
      this.before = before;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      FileTime changed =
          (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
      if (changed.toInstant().isBefore(before)) {
        Files.deleteIfExists(file);
        deleted++;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException why) {
      return FileVisitResult.CONTINUE; // it has gone, or nobody may read it
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException why)
        throws IOException {
      if (!directory.equals(bin)) {
        try {
          Files.delete(directory);
        } catch (DirectoryNotEmptyException e) {
          return FileVisitResult.CONTINUE;
        }
      }
      return FileVisitResult.CONTINUE;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
