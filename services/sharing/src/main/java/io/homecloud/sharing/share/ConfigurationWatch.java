package io.homecloud.sharing.share;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Notices that files which servers read are otherwise than they were left, woken by the kernel.
 *
 * <p>While they are brought in line nobody can tell what somebody else writes from what we do. So
 * what was written is looked at once more afterwards, until a look has changed nothing.
 */
final class ConfigurationWatch implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ConfigurationWatch.class);

  /** An editor writes a file more than once. */
  private static final long QUIET_MILLIS = 200;

  /** One that is refused is written and taken back each time. */
  private static final int MOST_LOOKS = 3;

  private final Runnable changed;
  private final WatchService watch;
  private final Map<Path, WatchKey> directories = new HashMap<>();
  private Map<Path, Stamp> left = Map.of();
  private boolean acting;
  private int looks;

  /** A file as it is; another one of the same content is another one. */
  private record Stamp(Optional<Object> key, long size, long modified) {
    static final Stamp NONE = new Stamp(Optional.empty(), 0, 0);

    static Stamp of(Path file) {
      try {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(
            Optional.ofNullable(attributes.fileKey()),
            attributes.size(),
            attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
      } catch (IOException e) {
        return NONE;
      }
    }
  }

  /**
   * @param changed has them looked at; called in any thread, and returns at once
   */
  ConfigurationWatch(Runnable changed) {
    this.changed = changed;
    try {
      watch = FileSystems.getDefault().newWatchService();
    } catch (IOException e) {
      throw new UncheckedIOException("the files of servers cannot be watched", e);
    }
    Thread.ofVirtual().name("configuration of servers").start(this::run);
  }

  /** They are written now. */
  synchronized void acting() {
    acting = true;
  }

  /** They are as they should be. */
  synchronized void settled(Collection<Path> files) {
    Map<Path, Stamp> now = new HashMap<>();
    for (Path file : files) {
      now.put(file, Stamp.of(file));
      Path directory = file.getParent();
      WatchKey known = directories.get(directory);
      if (directory != null && (known == null || !known.isValid())) {
        register(directory);
      }
    }
    boolean written = !now.equals(left);
    left = now;
    acting = false;
    if (written && looks < MOST_LOOKS) {
      looks++;
      changed.run();
    } else {
      looks = 0;
    }
  }

  private void register(Path directory) {
    try {
      directories.put(
          directory,
          directory.register(
              watch,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE));
    } catch (NoSuchFileException e) {
      directories.remove(directory); // its server has never run
    } catch (IOException e) {
      LOG.warnf(e, "what is changed by hand in %s is only seen at the next change", directory);
    }
  }

  private void run() {
    try {
      while (true) {
        for (WatchKey key = watch.take(); key != null; key = more()) {
          key.pollEvents();
          key.reset();
        }
        if (differ()) {
          LOG.warn("Somebody else changed what servers read: it is changed back");
          changed.run();
        }
      }
    } catch (ClosedWatchServiceException | InterruptedException e) {
      // closed
    }
  }

  private @Nullable WatchKey more() throws InterruptedException {
    return watch.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized boolean differ() {
    return !acting
        && left.entrySet().stream()
            .anyMatch(file -> !Stamp.of(file.getKey()).equals(file.getValue()));
  }

  @Override
  public void close() {
    try {
      watch.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
