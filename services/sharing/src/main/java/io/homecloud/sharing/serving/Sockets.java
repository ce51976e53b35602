package io.homecloud.sharing.httpd;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** TCP connections of this machine, by the ss program of iproute2. */
final class Sockets {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private final Host host;

  Sockets(Host host) {
    this.host = host;
  }

  /** Ends connections of a client to us; those that are no more are passed over. */
  void end(int ours, HttpdSessions.Connections theirs) {
    String address = theirs.address();
    for (int port : theirs.ports()) {
      List<String> filter = new ArrayList<>(List.of("-Ktn", "sport", "=", ":" + ours));
      filter.addAll(List.of("and", "dport", "=", ":" + port, "and"));
      if (address.contains(":")) {
        filter.addAll(List.of("dst", "[" + address + "]"));
      } else {
        // A client of IPv4 at a socket of IPv6 has the other form.
        filter.addAll(List.of("(", "dst", address, "or", "dst", "[::ffff:" + address + "]", ")"));
      }
      run(filter.toArray(String[]::new));
    }
  }

  private Optional<String> run(String... words) {
    List<String> argv = new ArrayList<>(List.of("ss"));
    argv.addAll(List.of(words));
    return host.run(new HostCommand(argv, DEADLINE, Map.of()))
                instanceof Exited(int code, String out, _)
            && code == 0
        ? Optional.of(out)
        : Optional.empty();
  }
}
