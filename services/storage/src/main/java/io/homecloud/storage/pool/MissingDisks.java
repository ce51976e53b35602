package io.homecloud.storage.pool;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Which disks pools go on without, noted beside the pools. The databases may be on such a pool:
 * then a disk that has missed writes brings a database that does not know it. Whoever mounts the
 * pool for the databases looks here before ({@code deploy/lib/disk.sh}).
 *
 * <p>Lines of text, the pool's UUID first: {@code UUID missing NUMBER…} are the devices that it is
 * without, by their numbers in the pool, and {@code UUID alone NUMBER…} those that it has when
 * somebody ordered it to go on without what the others have: none of those is taken in again.
 */
final class MissingDisks {
  private static final Logger LOG = Logger.getLogger(MissingDisks.class);
  private static final String MISSING = " missing ";
  private static final String ALONE = " alone ";

  private final WholeFile file;

  /**
   * @param file on the disk of the machine's own system
   */
  MissingDisks(Path file) {
    this.file = WholeFile.open(file);
  }

  /** Whether a missing disk of the pool has what it went on without. */
  synchronized boolean apart(UUID pool) {
    return lines().stream().anyMatch(line -> line.startsWith(pool + ALONE));
  }

  /** To be called when a pool is in place. What cannot be noted is tried again the next time. */
  synchronized void note(UUID pool, PoolState state) {
    List<String> before = lines();
    List<String> now = new ArrayList<>(before);
    now.removeIf(line -> line.startsWith(pool + " "));
    if (state.devices().stream().anyMatch(PoolDevice::missing)) {
      now.add(pool + MISSING + numbers(state, PoolDevice::missing));
      if (before.stream().anyMatch(line -> line.startsWith(pool + ALONE))) {
        now.add(pool + ALONE + numbers(state, device -> !device.missing()));
      }
    }
    if (now.equals(before)) {
      return;
    }
    try {
      var _ = file.write(now.stream().map(line -> line + "\n").collect(Collectors.joining()));
    } catch (IOException e) {
      LOG.warnf("which disks are missing is not noted: %s", e.getMessage());
    }
  }

  private static String numbers(PoolState state, Predicate<PoolDevice> which) {
    return state.devices().stream()
        .filter(which)
        .map(device -> Long.toString(device.id()))
        .collect(Collectors.joining(" "));
  }

  private List<String> lines() {
    try {
      return file.content().lines().toList();
    } catch (IOException e) {
      LOG.warnf("which disks were missing is not known: %s", e.getMessage());
      return List.of();
    }
  }
}
