package io.homecloud.storage.snapshot.change;

import io.homecloud.control.task.TaskProgress;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks a job to stop when it was asked so often. */
final class StopAfter implements TaskProgress {
  private final AtomicInteger left;

  StopAfter(int questions) {
    left = new AtomicInteger(questions);
  }

  @Override
  public void report(long done, long total, String unit) {}

  @Override
  public boolean cancelled() {
    return left.decrementAndGet() < 0;
  }
}
