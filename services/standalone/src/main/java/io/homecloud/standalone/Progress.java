package io.homecloud.standalone;

import java.time.Duration;

/**
 * Lines for the person who waits for the start: {@code ./homecloud up} passes on what begins with
 * two spaces.
 */
record Progress(long begunNanos) {
  static Progress begun() {
    return new Progress(System.nanoTime());
  }

  void tell(String what) {
    Duration taken = Duration.ofNanos(System.nanoTime() - begunNanos);
    System.out.printf("  %s (%d.%03d s)%n", what, taken.toSeconds(), taken.toMillisPart());
  }
}
