package io.homecloud.storage.disk;

/** What asking a disk for its health gave. */
public sealed interface HealthReading {
  record Reported(Health health) implements HealthReading {}

  /** It sleeps and was left asleep. */
  record Asleep() implements HealthReading {}

  /** It has nothing to say, or what connects it does not let the question through. */
  record Unsupported(String reason) implements HealthReading {}

  /** It did not answer as it should. */
  record Unreadable(String reason) implements HealthReading {}
}
