package io.homecloud.backup.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** How fast may be copied. Asked again whenever the last answer does not hold any more. */
@FunctionalInterface
public interface Pace {
  /** As fast as it goes, always. */
  Pace FREE = () -> new Step(OptionalLong.empty(), Optional.empty());

  Step now();

  /**
   * What holds for a while.
   *
   * @param bytesPerSecond at most; as fast as it goes when empty
   * @param holds for how long; always when empty
   */
  record Step(OptionalLong bytesPerSecond, Optional<Duration> holds) {
    public boolean free() {
      return bytesPerSecond.isEmpty() && holds.isEmpty();
    }
  }
}
