package io.homecloud.testkit.bench;

import java.util.Arrays;

/** Times in seconds. */
public final class Stopwatch {
  private Stopwatch() {}

  /** What is timed. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  public static double time(Action action) throws Exception {
    long start = System.nanoTime();
    action.run();
    return (System.nanoTime() - start) / 1e9;
  }

  public static double median(double... times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** The time that so many of a hundred do not exceed. */
  public static double percentile(int percent, double... times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }
}
