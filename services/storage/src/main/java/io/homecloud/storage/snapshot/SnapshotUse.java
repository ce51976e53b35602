package io.homecloud.storage.snapshot;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What jobs of this process need undisturbed just now: snapshots that they read stay, and no
 * snapshot is taken of a volume that is half put back. Whoever had to wait is woken afterwards.
 */
public final class SnapshotUse {
  private final Map<UUID, Integer> read = new HashMap<>();
  private final Set<UUID> changing = new HashSet<>();
  private final Map<UUID, Set<UUID>> waiting = new HashMap<>();
  private final Set<UUID> asked = new HashSet<>();
  private final Consumer<UUID> wake;
  private final Predicate<UUID> leftHalf;

  /**
   * @param wake looks at a snapshot again
   * @param leftHalf whether a process before this one was changing the volume when it ended, so
   *     that the job will be taken up
   */
  public SnapshotUse(Consumer<UUID> wake, Predicate<UUID> leftHalf) {
    this.wake = wake;
    this.leftHalf = leftHalf;
  }

  /** The end of a use. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /** From now on the snapshots are not deleted; to be called before looking whether they exist. */
  public synchronized Held reading(List<UUID> snapshots) {
    snapshots.forEach(snapshot -> read.merge(snapshot, 1, Integer::sum));
    return () -> snapshots.forEach(this::readNoMore);
  }

  private synchronized void readNoMore(UUID snapshot) {
    if (read.merge(snapshot, -1, Integer::sum) == 0) {
      read.remove(snapshot);
      wakeWaitingFor(snapshot);
    }
  }

  /** From now on nobody takes a snapshot of the volume. One such use of a volume at a time. */
  public synchronized Held changing(UUID volume) {
    asked.add(volume);
    changing.add(volume);
    return () -> changedNow(volume);
  }

  private synchronized void changedNow(UUID volume) {
    changing.remove(volume);
    wakeWaitingFor(volume);
  }

  private void wakeWaitingFor(UUID what) {
    Set<UUID> snapshots = waiting.remove(what);
    if (snapshots != null) {
      snapshots.forEach(wake);
    }
  }

  /** Whether the snapshot has to stay for now; it is woken when it may go. */
  synchronized boolean mustStay(UUID snapshot) {
    return waits(read.containsKey(snapshot), snapshot, snapshot);
  }

  /** Whether the snapshot cannot be taken for now; it is woken when it can be. */
  synchronized boolean mustWait(UUID snapshot, UUID volume) {
    if (!asked.contains(volume)) {
      if (leftHalf.test(volume)) {
        changing.add(volume);
      }
      asked.add(volume);
    }
    return waits(changing.contains(volume), volume, snapshot);
  }

  private boolean waits(boolean used, UUID what, UUID snapshot) {
    if (used) {
      waiting.computeIfAbsent(what, _ -> new HashSet<>()).add(snapshot);
    }
    return used;
  }
}
