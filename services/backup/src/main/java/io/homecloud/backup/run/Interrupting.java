package io.homecloud.backup.run;

import io.homecloud.control.task.TaskProgress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** While it is open a job's thread is interrupted as soon as nobody wants the job any more. */
public final class Interrupting implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final Thread watcher;

  public Interrupting(TaskProgress progress) {
    Thread job = Thread.currentThread();
    watcher =
        Thread.ofVirtual()
            .name("cancel-watch")
            .start(() -> {
              try {
                while (!progress.cancelled()) {
                  Thread.sleep(LOOK_EVERY);
                }
                interrupted.set(true);
                job.interrupt();
              } catch (InterruptedException e) {
                // The job has ended.
              }
            });
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
