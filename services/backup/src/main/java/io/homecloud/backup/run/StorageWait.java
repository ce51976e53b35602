package io.homecloud.backup.run;

import io.homecloud.backup.engine.Pause;
import io.homecloud.control.ask.Away;
import io.homecloud.control.task.TaskProgress;
import java.time.Duration;

/** At the start of the process storage answers a moment later than tasks are taken up. */
public final class StorageWait {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private StorageWait() {}

  /** What storage is asked for; asked twice it is done once. */
  @FunctionalInterface
  public interface Asking<T, E extends Exception> {
    T ask() throws Away, E;
  }

  /** Asks until storage answers, or for two minutes, or until nobody wants it any more. */
  public static <T, E extends Exception> T insisting(TaskProgress progress, Asking<T, E> asking)
      throws Away, E {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return asking.ask();
      } catch (Away e) {
        if (progress.cancelled() || System.nanoTime() > end) {
          throw e;
        }
        Pause.betweenQuestions(PAUSE);
      }
    }
  }
}
