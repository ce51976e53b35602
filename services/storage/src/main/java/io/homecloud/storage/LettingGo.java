package io.homecloud.storage;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Waits for those who use something and are about to end: nobody tells that a mount is gone. */
public final class LettingGo {
  /** Programs that are being started have a copy of all mounts for an instant. */
  public static final List<Duration> BRIEFLY =
      Stream.of(50, 100, 200, 400, 800).map(Duration::ofMillis).toList();

  private LettingGo() {}

  /**
   * Looks, and after each pause again, until nobody is left or the thread is interrupted.
   *
   * @param users those who use it now
   * @return who still does
   */
  public static <T> List<T> waitedFor(Supplier<List<T>> users, List<Duration> pauses) {
    List<T> left = users.get();
    for (Duration pause : pauses) {
      if (left.isEmpty() || !rested(pause)) {
        break;
      }
      left = users.get();
    }
    return left;
  }

  private static boolean rested(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
