package io.homecloud.testkit;

import java.time.Duration;

/** Waits for what happens in other threads and processes, by looking again and again. */
public final class Eventually {
  private static final Duration USUAL = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Eventually() {}

  /** What is claimed; may throw an AssertionError or anything else while it is not true yet. */
  @FunctionalInterface
  public interface Claim {
    void check() throws Exception;
  }

  /** Returns once the claim holds; fails as it does when it does not within two minutes. */
  public static void eventually(Claim claim) {
    within(USUAL, claim);
  }

  public static void within(Duration limit, Claim claim) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        claim.check();
        return;
      } catch (Exception | AssertionError e) {
        if (System.nanoTime() > end) {
          // In one line: a summary of many tests shows nothing of the cause.
          throw new AssertionError(("not within " + limit + ": " + e).replaceAll("\\s+", " "), e);
        }
        rest();
      }
    }
  }

  private static void rest() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
