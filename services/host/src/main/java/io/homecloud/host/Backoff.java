package io.homecloud.host;

import java.time.Duration;

/** How long to wait before the next try: longer after each failure, short again after health. */
public final class Backoff {
  private final Duration first;
  private final Duration longest;
  private final Duration healthy;
  private Duration next;

  /**
   * @param healthy what lived so long has recovered: its next failure is a first one
   */
  public Backoff(Duration first, Duration longest, Duration healthy) {
    if (first.isNegative() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("no pauses: from " + first + " to " + longest);
    }
    this.first = first;
    this.longest = longest;
    this.healthy = healthy;
    next = first;
  }

  boolean healthyAfter(Duration lived) {
    return lived.compareTo(healthy) >= 0;
  }

  /** The pause after a failure of what lived so long. */
  public Duration after(Duration lived) {
    if (healthyAfter(lived)) {
      next = first;
    }
    Duration pause = next;
    Duration twice = pause.multipliedBy(2);
    next = twice.compareTo(longest) < 0 ? twice : longest;
    return pause;
  }
}
