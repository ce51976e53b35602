package io.homecloud.backup.run;

import io.homecloud.control.Name;
import io.homecloud.control.task.TaskProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** So many runs at once read or write a disk; the others wait. Restores do not ask. */
final class DiskTurns {
  private static final long LOOK_EVERY_MILLIS = 250;

  private final int most;
  private final Map<String, Disk> disks = new ConcurrentHashMap<>();

  /**
   * @param most how many of one disk
   */
  DiskTurns(int most) {
    this.most = Math.max(1, most);
  }

  private record Disk(Semaphore free, Set<Name> users) {
    static Disk of(int most) {
      return new Disk(new Semaphore(most, true), new ConcurrentSkipListSet<>());
    }
  }

  /** The right of a run to use some disks, until it is closed. */
  record Turn(Name run, List<Disk> held) implements AutoCloseable {
    @Override
    public void close() {
      for (Disk disk : held) {
        disk.users().remove(run);
        disk.free().release();
      }
    }
  }

  /**
   * Waits for its turn; empty when nobody wants it any more.
   *
   * @param waiting is told for which runs it has to wait, once for each busy disk
   */
  Optional<Turn> take(
      Name run, List<String> wanted, TaskProgress progress, Consumer<Set<Name>> waiting) {
    Turn turn = new Turn(run, new ArrayList<>());
    boolean complete = false;
    try {
      // Always in the same order, or two could wait for each other.
      for (String disk : wanted.stream().distinct().sorted().toList()) {
        Disk one = disks.computeIfAbsent(disk, _ -> Disk.of(most));
        boolean told = false;
        while (!one.free().tryAcquire(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
          if (progress.cancelled()) {
            return Optional.empty();
          }
          Set<Name> others = Set.copyOf(one.users());
          // Nobody, when the last one has just ended.
          if (!told && !others.isEmpty()) {
            told = true;
            waiting.accept(others);
          }
        }
        turn.held().add(one);
        one.users().add(run);
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
