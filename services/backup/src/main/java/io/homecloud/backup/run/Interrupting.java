package io.homecloud.backup.run;

import io.homecloud.control.task.TaskProgress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** While it is open a job's thread is interrupted as soon as the job is to end. */
public final class Interrupting implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final Thread watcher;

  /** When nobody wants it any more. */
  public Interrupting(TaskProgress progress) {
    this("cancel-watch", progress::cancelled);
  }

  /**
   * When that is so.
   *
   * @param end asked a few times a second
   */
  public Interrupting(String name, BooleanSupplier end) {
    Thread job = Thread.currentThread();
    watcher =
        Thread.ofVirtual()
            .name(name)
            .start(() -> {
              try {
                while (!end.getAsBoolean()) {
                  Thread.sleep(LOOK_EVERY);
                }
                interrupted.set(true);
                job.interrupt();
              } catch (InterruptedException e) {
                // The job has ended.
              }
            });
  }

  /** Whether it was to end, and so was interrupted. */
  public boolean happened() {
    return interrupted.get();
  }

  /** Afterwards the thread is not interrupted by this any more, so that the end can be noted. */
  @Override
  public void close() {
    watcher.interrupt();
    boolean wasInterrupted = Thread.interrupted();
    try {
      watcher.join();
    } catch (InterruptedException e) {
      wasInterrupted = true;
    }
    boolean late = Thread.interrupted();
    if ((wasInterrupted || late) && !interrupted.get()) {
      Thread.currentThread().interrupt();
    }
  }
}
