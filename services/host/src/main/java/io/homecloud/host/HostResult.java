package io.homecloud.host;

/** What a host program answered; a non-zero exit is an answer, not an exception. */
public sealed interface HostResult {
  record Exited(int code, String stdout, String stderr) implements HostResult {}

  record TimedOut(HostCommand command) implements HostResult {}

  record NotInstalled(String program) implements HostResult {}
}
