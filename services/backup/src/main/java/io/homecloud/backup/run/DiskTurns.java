package io.homecloud.backup.run;

import io.homecloud.control.task.TaskProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** So many runs at once read or write a disk; the others wait. Restores do not ask. */
final class DiskTurns {
  private static final long LOOK_EVERY_MILLIS = 250;

  private final int most;
  private final Map<String, Semaphore> disks = new ConcurrentHashMap<>();

  /**
   * @param most how many of one disk
   */
  DiskTurns(int most) {
    this.most = Math.max(1, most);
  }

  /** The right to use some disks, until it is closed. */
  record Turn(List<Semaphore> held) implements AutoCloseable {
    @Override
    public void close() {
      held.forEach(Semaphore::release);
    }
  }

  /** Waits for its turn; empty when nobody wants it any more. */
  Optional<Turn> take(List<String> wanted, TaskProgress progress) {
    Turn turn = new Turn(new ArrayList<>());
    boolean complete = false;
    try {
      // Always in the same order, or two could wait for each other.
      for (String disk : wanted.stream().distinct().sorted().toList()) {
        Semaphore one = disks.computeIfAbsent(disk, _ -> new Semaphore(most, true));
        while (!one.tryAcquire(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
          if (progress.cancelled()) {
            return Optional.empty();
          }
        }
        turn.held().add(one);
      }
      complete = true;
      return Optional.of(turn);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      if (!complete) {
        turn.close();
      }
    }
  }
}
