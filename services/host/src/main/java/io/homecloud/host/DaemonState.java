package io.homecloud.host;

import java.time.Duration;

/** Where a daemon is between its start and its stop. */
public sealed interface DaemonState {
  /** It runs and does not serve yet. */
  record Starting(ProcessIdentity process) implements DaemonState {}

  /** It serves. */
  record Ready(ProcessIdentity process, Duration startTook) implements DaemonState {}

  /**
   * It ended, or could not be started, and will be started again.
   *
   * @param failures since it was last healthy, this one included
   */
  record Waiting(String reason, Duration pause, int failures) implements DaemonState {}

  /** We stopped it; nothing of it runs. */
  record Stopped() implements DaemonState {}
}
