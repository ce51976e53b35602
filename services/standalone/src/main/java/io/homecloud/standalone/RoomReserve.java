package io.homecloud.standalone;

import io.homecloud.host.libc.ContentCalls;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Room on the disk of the databases that a file keeps from everybody else (docs/adr/0033). A mirror
 * has no place left to write to when it is full, PostgreSQL ends, and without it nothing is
 * deleted. The file is given up then, and made again when there is room for it.
 */
final class RoomReserve implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RoomReserve.class);

  /** In bytes; on a small disk it is a {@link #PART} of that. */
  static final long MOST = 256L << 20;

  private static final int PART = 32;

  /**
   * It is given up when less than this part of it is free otherwise: not before those who fill the
   * disk are told that it is full, or it would be theirs.
   */
  private static final int BRIM = 16;

  /** It is made again when so many times its size are free. */
  private static final int ENOUGH = 4;

  /** Asking the file system costs nothing but waking up. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

  /** Who fills the disk was told so by then, whatever was still on its way to it. */
  private static final Duration TOLD = Duration.ofSeconds(10);

  private static final int OWNER_ONLY = 0600;

  private final File disk;
  private final Path file;
  private final Path unfinished;
  private final Semaphore wake = new Semaphore(0);
  private final Thread watch = Thread.ofVirtual().name("room reserve").unstarted(this::watch);
  private volatile boolean closed;

  /**
   * @param directory of the databases; nobody else writes there
   */
  RoomReserve(Path directory) {
    this.disk = directory.toFile();
    this.file = directory.resolve("reserve");
    this.unfinished = directory.resolve("reserve.new");
  }

  /** Looks from now on. */
  void start() {
    watch.start();
  }

  /** Asks for a look soon. */
  void lookSoon() {
    wake.release();
  }

  /** Gives it up or makes it, if need be; what cannot be done now is tried by the next look. */
  synchronized void look() {
    long capacity = disk.getTotalSpace();
    if (capacity == 0) {
      return; // it does not answer
    }
    // Of one who was killed here; so is a reserve that is empty.
    boolean _ = unfinished.toFile().delete();
    long size = Math.min(MOST, capacity / PART);
    long free = disk.getUsableSpace();
    if (file.toFile().length() > 0) {
      if (free < size / BRIM && stillFull(size)) {
        giveUp(size);
      }
    } else if (free > ENOUGH * size) {
      make(size);
    }
  }

  /** Not before who fills the disk was told that it is full: it would have the reserve too. */
  private boolean stillFull(long size) {
    LockSupport.parkNanos(TOLD.toNanos());
    return disk.getUsableSpace() < size / BRIM;
  }

  /** Bytes that are really the file's: no hole, and nothing that could be compressed. */
  private void make(long size) {
    try (Descriptor made = open(unfinished, FileCalls.O_WRONLY | FileCalls.O_CREAT)) {
      check("fallocate", ContentCalls.allocate(made.number(), size));
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.debugf("no room is kept for the databases: %s", e.getMessage());
    }
  }

  /** First the bytes, which needs the least room itself. */
  private void giveUp(long size) {
    LOG.warnf("the disk of the databases is full: the %d MiB kept for them are theirs", size >> 20);
    try (Descriptor given = open(file, FileCalls.O_WRONLY)) {
      check("ftruncate", ContentCalls.truncate(given.number(), 0));
      Files.delete(file);
      check("syncfs", FileCalls.syncFileSystem(given.number()));
    } catch (IOException e) {
      LOG.warnf("the room kept for the databases is not given up yet: %s", e.getMessage());
    }
  }

  private static Descriptor open(Path path, int flags) throws IOException {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    int mode = (flags & FileCalls.O_CREAT) == 0 ? 0 : OWNER_ONLY;
    return new Descriptor(check("open", FileCalls.open(Descriptor.AT_FDCWD, name, flags, mode, 0)));
  }

  private static long check(String call, long answer) throws IOException {
    if (answer < 0) {
      throw new IOException(call + ": " + Errno.of(answer));
    }
    return answer;
  }

  private void watch() {
    while (!closed) {
      try {
        boolean _ = wake.tryAcquire(LOOK_AGAIN.toSeconds(), TimeUnit.SECONDS);
        wake.drainPermits();
        look();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    watch.interrupt();
  }
}
