package io.homecloud.backup.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/**
 * The instant up to which what was copied is on the disk for good: the time of a file beside the
 * copies. When a drive is pulled out, or the power goes, the next attempt goes on with what was
 * copied before it.
 *
 * <p>To be opened before anything is copied. The kernel tells of a write that failed once, and only
 * to whom had the disk open before; what was lost looks whole until then, and nobody asks again.
 */
public final class Checkpoint implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Checkpoint.class);
  private static final String FILE = ".checkpoint";
  private static final Duration EVERY = Duration.ofMinutes(1);

  /** The kernel's clock for files is coarser than that of programs. */
  private static final Duration COARSE = Duration.ofSeconds(1);

  private final Path runs;
  private final TreeSharing sharing;
  private final Stayed stayed;
  private final BeneathTree disk;
  private boolean over;

  Checkpoint(Path runs, TreeSharing sharing, Stayed stayed) throws IOException {
    this.runs = runs;
    this.sharing = sharing;
    this.stayed = stayed;
    this.disk = BeneathTree.of(runs);
  }

  /** Throws when the disk went and came since the copy was begun. */
  @FunctionalInterface
  interface Stayed {
    void check() throws IOException;
  }

  private Path file() {
    return runs.resolve(FILE);
  }

  /**
   * What is there now is on the disk when this returns.
   *
   * @throws IOException also when nobody knows that, because the disk went and came
   */
  public synchronized void take() throws IOException {
    Path next = runs.resolve(FILE + ".next");
    Files.deleteIfExists(next);
    Files.createFile(next);
    Files.setLastModifiedTime(next, FileTime.from(Instant.now().minus(COARSE)));
    writeOut();
    stayed.check();
    Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * All that was copied since this was opened is on the disk when it returns. When the disk did not
   * take something, nothing is believed any more but what the last checkpoint saw.
   */
  synchronized void writeOut() throws IOException {
    if (over) {
      throw new IOException("the disk did not take everything that was copied");
    }
    try {
      disk.writeOut();
    } catch (IOException e) {
      over = true;
      Files.deleteIfExists(runs.resolve(PlanTrees.BEGUN));
      throw e;
    }
  }

  @Override
  public synchronized void close() {
    over = true;
    disk.close();
  }

  /** As {@link #take}, if the disk takes it. */
  public void tryToTake() {
    try {
      take();
    } catch (IOException e) {
      LOG.debugf("no checkpoint in %s: %s", runs, e);
    }
  }

  /** While it is open one is taken every minute. */
  public Repeated repeated() {
    return new Repeated();
  }

  /** Takes one now and then. */
  public final class Repeated implements AutoCloseable {
    private final Thread thread;

    private Repeated() {
      // Of the system: waiting for a disk would hold the carrier of a virtual one.
      thread = Thread.ofPlatform().daemon().name("backup-checkpoint").start(this::run);
    }

    private void run() {
      try {
        while (true) {
          Thread.sleep(EVERY);
          take();
        }
      } catch (InterruptedException e) {
        // The copy has ended.
      } catch (IOException | RuntimeException e) {
        LOG.debugf("no more checkpoints in %s: %s", runs, e);
      }
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }

  /** A clock that was set back makes it say too much. */
  void forgetOneOfTheFuture() throws IOException {
    if (exists() && Files.getLastModifiedTime(file()).toInstant().isAfter(Instant.now())) {
      Files.delete(file());
    }
  }

  private boolean exists() {
    return Files.exists(file(), LinkOption.NOFOLLOW_LINKS);
  }

  /** Takes out of what an attempt left what may not be on the disk; false when that is all. */
  boolean prune(Path left) {
    if (!exists()) {
      return false;
    }
    try {
      sharing.removeNewer(left, file());
      return true;
    } catch (IOException e) {
      LOG.warnf("%s is copied anew: %s", left, e.getMessage());
      return false;
    }
  }
}
