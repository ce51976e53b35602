package io.homecloud.testkit;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import java.time.Duration;

/** Programs that a test needs done. */
final class Tools {
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final Host host;

  Tools(Host host) {
    this.host = host;
  }

  /** Its output; anything but exit code 0 fails the test. */
  String must(String... argv) {
    HostResult result = run(argv);
    if (result instanceof Exited(int code, String out, _) && code == 0) {
      return out.strip();
    }
    throw new IllegalStateException(String.join(" ", argv) + ": " + result);
  }

  boolean succeeds(String... argv) {
    return run(argv) instanceof Exited(int code, _, _) && code == 0;
  }

  private HostResult run(String... argv) {
    return host.run(new HostCommand(DEADLINE, argv));
  }
}
