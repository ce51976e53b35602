package io.homecloud.backup.engine;

import io.homecloud.control.ask.Away;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/** A rest between attempts, in a job that may be cancelled by interrupting its thread. */
public final class Pause {
  private Pause() {}

  /**
   * Rests.
   *
   * @throws CancellationException when the thread was interrupted; it stays so
   */
  public static void of(Duration length) {
    try {
      Thread.sleep(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /**
   * Rests before another service is asked once more.
   *
   * @throws Away when the thread was interrupted; it stays so
   */
  public static void betweenQuestions(Duration length) throws Away {
    try {
      of(length);
    } catch (CancellationException e) {
      throw new Away("interrupted");
    }
  }
}
