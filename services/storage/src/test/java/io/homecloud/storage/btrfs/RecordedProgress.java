package io.homecloud.storage.btrfs;

import io.homecloud.control.task.TaskProgress;
import java.util.concurrent.atomic.AtomicLong;

/** Remembers how far a job said it was; asks it to stop when told to. */
final class RecordedProgress implements TaskProgress {
  private final boolean stop;
  private final AtomicLong highest = new AtomicLong();
  private volatile String unit = "";

  private RecordedProgress(boolean stop) {
    this.stop = stop;
  }

  static RecordedProgress patient() {
    return new RecordedProgress(false);
  }

  /** Wants it stopped as soon as it says anything. */
  static RecordedProgress impatient() {
    return new RecordedProgress(true);
  }

  @Override
  public void report(long done, long total, String of) {
    if (done < 0 || (total > 0 && done > total)) {
      throw new AssertionError(done + " of " + total);
    }
    highest.accumulateAndGet(done, Math::max);
    unit = of;
  }

  @Override
  public boolean cancelled() {
    return stop && !unit.isEmpty();
  }

  long highest() {
    return highest.get();
  }

  String unit() {
    return unit;
  }
}
