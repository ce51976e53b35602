package io.homecloud.sharing.httpd;

import io.homecloud.host.WholeFile;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.OpenGate;
import io.homecloud.host.libc.OpenGate.Waiting;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.Mounts;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes httpd wait with its answer until what it did is on the disk. httpd never asks the kernel
 * for that; but it opens a file of the share's before it answers, and the kernel asks us whether it
 * may. All who wait at a time for the same share are served by one commit, and for no other: its
 * disk may sleep, or never answer. What cannot be brought to the disk must not be answered: who
 * waits for that is cut off first. When this process has ended, nobody waits.
 */
final class SyncGate implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SyncGate.class);

  /** Opened by {@link #close} alone, which needs somebody to wait. */
  private static final String END = ".end";

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Path directory;
  private final Lost lost;
  private final @Nullable Thread thread;
  private volatile Map<String, ServedShare> shares = Map.of();
  private volatile boolean closed;

  /**
   * How often each file system did not take something. The kernel tells it only to the first share
   * that asks, and what was written into others may be lost as well.
   */
  private final Map<String, Integer> losses = new HashMap<>();

  /** What each share knows of that. */
  private final Map<String, Known> known = new HashMap<>();

  private record Known(String disk, int losses) {}

  /** Who waits for the next commit of a share; of one that has none under way there is none. */
  private final Map<String, List<Waiting>> next = new HashMap<>();

  /** Cuts off who waits for an answer. */
  @FunctionalInterface
  interface Lost {
    /**
     * Returns when they are; false when one could not be.
     *
     * @param share in which what they did may not be on the disk
     * @param waiting how many they are at least
     */
    boolean cut(ServedShare share, int waiting);
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

  /** These are served from now on, beside those before. */
  void bring(List<ServedShare> more) throws IOException {
    Map<String, ServedShare> now = new HashMap<>(shares);
    more.forEach(share -> now.put(share.uid().toString(), share));
    know(more);
    shares = Map.copyOf(now);
    for (ServedShare share : more) {
      put(directory.resolve(share.uid().toString()));
    }
  }

  /** Nobody writes into any other any more. */
  void keep(List<ServedShare> served) throws IOException {
    Map<String, ServedShare> now = new HashMap<>();
    served.forEach(share -> now.put(share.uid().toString(), share));
    shares = Map.copyOf(now);
    synchronized (losses) {
      known.keySet().retainAll(now.keySet());
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
          gate.await().forEach(one -> take(gate, one));
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

  private void take(OpenGate gate, Waiting one) {
    ServedShare share = shares.get(one.file());
    if (share == null) {
      allow(gate, one);
      return;
    }
    synchronized (next) {
      List<Waiting> others = next.get(one.file());
      if (others != null) {
        others.add(one);
        return;
      }
      next.put(one.file(), new ArrayList<>(List.of(one)));
    }
    Thread own =
        Thread.ofPlatform()
            .daemon()
            .name("httpd-sync-" + share.name())
            .unstarted(() -> serve(gate, share));
    try {
      own.start();
    } catch (OutOfMemoryError e) {
      // There are as many threads as may be: then the others wait too.
      serve(gate, share);
    }
  }

  /** Until nobody waits for it. */
  private void serve(OpenGate gate, ServedShare share) {
    String file = share.uid().toString();
    while (true) {
      List<Waiting> waiting;
      synchronized (next) {
        waiting = Objects.requireNonNull(next.remove(file));
        if (waiting.isEmpty()) {
          return;
        }
        next.put(file, new ArrayList<>());
      }
      serve(gate, shares.getOrDefault(file, share), waiting);
    }
  }

  private void serve(OpenGate gate, ServedShare share, List<Waiting> waiting) {
    try {
      if (hasLost(share, !sync(share.root()))) {
        while (!lost.cut(share, waiting.size()) && !closed) {
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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

  private void know(List<ServedShare> more) {
    List<Mount> mounts = new Mounts().list();
    synchronized (losses) {
      for (ServedShare share : more) {
        String disk = disk(mounts, share.root());
        Known before = known.get(share.uid().toString());
        if (before == null || !before.disk().equals(disk)) {
          known.put(share.uid().toString(), new Known(disk, losses.getOrDefault(disk, 0)));
        }
      }
    }
  }

  /** By the number that all mounts of a file system have in common. */
  private static String disk(List<Mount> mounts, Path top) {
    return mounts.stream()
        .filter(mount -> (top + "/").startsWith(mount.mountPoint().replaceFirst("/*$", "/")))
        // The last of equally long ones covers the others.
        .reduce((a, b) -> b.mountPoint().length() >= a.mountPoint().length() ? b : a)
        .map(mount -> mount.device().toString())
        .orElse("");
  }

  /**
   * Whether the file system of a share did not take something since this was asked last.
   *
   * @param now whether the kernel has just said so
   */
  private boolean hasLost(ServedShare share, boolean now) {
    synchronized (losses) {
      Known before = known.get(share.uid().toString());
      if (before == null) {
        return now;
      }
      int all = losses.merge(before.disk(), now ? 1 : 0, Integer::sum);
      known.put(share.uid().toString(), new Known(before.disk(), all));
      return before.losses() < all;
    }
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
