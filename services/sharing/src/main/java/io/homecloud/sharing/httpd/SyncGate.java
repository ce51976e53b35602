package io.homecloud.sharing.httpd;

import io.homecloud.host.WholeFile;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.OpenGate;
import io.homecloud.host.libc.OpenGate.Waiting;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes httpd wait with its answer until what it did is on the disk. httpd never asks the kernel
 * for that; but it opens a file of the share's before it answers, and the kernel asks us whether it
 * may. All who wait at a time are served by one commit. What cannot be brought to the disk must not
 * be answered: who waits for that is cut off first. When this process has ended, nobody waits.
 */
final class SyncGate implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SyncGate.class);

  /** Opened by {@link #close} alone, which needs somebody to wait. */
  private static final String END = ".end";

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Path directory;
  private final Lost lost;
  private final @Nullable Thread thread;
  private volatile Map<String, Path> roots = Map.of();
  private volatile boolean closed;

  /** Cuts off who waits for an answer. */
  @FunctionalInterface
  interface Lost {
    /**
     * Returns when they are.
     *
     * @param share in which what they did may not be on the disk
     * @param waiting how many they are at least
     */
    void cut(UUID share, int waiting);
  }

  private SyncGate(Path directory, Lost lost, @Nullable OpenGate gate) {
    this.directory = directory;
    this.lost = lost;
    this.thread =
        gate == null
            ? null
            : Thread.ofPlatform().daemon().name("httpd-sync").unstarted(() -> watch(gate));
  }

  /** On a kernel that cannot do it, one that keeps nobody waiting, with a word in the log. */
  static SyncGate open(Path directory, Lost lost) throws IOException {
    put(directory.resolve(END));
    OpenGate gate = null;
    try {
      gate = OpenGate.of(directory);
    } catch (IOException e) {
      LOG.warnf(
          "What is uploaded over WebDAV is on the disk half a minute after it was answered: %s",
          e.getMessage());
    }
    SyncGate opened = new SyncGate(directory, lost, gate);
    if (opened.thread != null) {
      opened.thread.start();
    }
    return opened;
  }

  /** What is empty is not opened. */
  private static void put(Path file) throws IOException {
    if (!Files.exists(file)) {
      WholeFile.open(file)
          .with(WholeFile.Durability.NONE)
          .replace("kept".getBytes(StandardCharsets.UTF_8));
    }
  }

  /** These are served from now on. */
  void bring(List<ServedShare> shares) throws IOException {
    Map<String, Path> now = new HashMap<>();
    shares.forEach(share -> now.put(share.uid().toString(), share.root()));
    roots = Map.copyOf(now);
    for (String share : now.keySet()) {
      put(directory.resolve(share));
    }
    for (Path file : files()) {
      String name = file.getFileName().toString();
      if (!name.equals(END) && !now.containsKey(name)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  /** Goes on whatever happens: without it all would be answered at once. */
  private void watch(OpenGate gate) {
    try (gate) {
      boolean well = true;
      while (!closed) {
        try {
          serve(gate, gate.await());
          well = true;
        } catch (IOException e) {
          if (well) {
            LOG.error("Uploads over WebDAV wait: who does cannot be read from the kernel", e);
          }
          well = false;
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(OpenGate gate, List<Waiting> waiting) {
    try {
      Map<String, Integer> shares = new HashMap<>();
      waiting.forEach(one -> shares.merge(one.file(), 1, Integer::sum));
      Set<String> unsynced = unsynced(shares.keySet());
      shares.forEach((share, count) -> {
        if (unsynced.contains(share)) {
          lost.cut(UUID.fromString(share), count);
        }
      });
    } catch (RuntimeException e) {
      LOG.error("Who waits for an upload to be on the disk is let go", e);
    } finally {
      waiting.forEach(one -> allow(gate, one));
    }
  }

  private static void allow(OpenGate gate, Waiting one) {
    try {
      gate.allow(one);
    } catch (IOException e) {
      LOG.warn("Who waited for an upload to be on the disk has gone", e);
    }
  }

  /**
   * Pools with several shares are committed once; a second time there is nothing to do.
   *
   * @return shares that may not be on the disk
   */
  private Set<String> unsynced(Set<String> shares) {
    Map<Path, Boolean> tops = new HashMap<>();
    Set<String> failed = new HashSet<>();
    for (String share : shares) {
      Path root = roots.get(share);
      if (root != null && !tops.computeIfAbsent(root, SyncGate::sync)) {
        failed.add(share);
      }
    }
    return failed;
  }

  private static boolean sync(Path top) {
    long opened =
        FileCalls.open(
            Descriptor.AT_FDCWD,
            top.toString().getBytes(StandardCharsets.UTF_8),
            FileCalls.O_RDONLY | FileCalls.O_DIRECTORY,
            0,
            0);
    long done = opened;
    if (opened >= 0) {
      try (Descriptor here = new Descriptor(opened)) {
        done = FileCalls.syncFileSystem(here.number());
      }
    }
    if (done < 0) {
      LOG.errorf("%s could not be brought to the disk: %s", top, Errno.of(done).text());
      return false;
    }
    // The kernel has nothing to bring to what it has given up; it was written to just now.
    if (!Files.isWritable(top)) {
      LOG.errorf("%s could not be brought to the disk: it can only be read now", top);
      return false;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    if (thread == null || !thread.isAlive()) {
      return;
    }
    Files.readAllBytes(directory.resolve(END));
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
