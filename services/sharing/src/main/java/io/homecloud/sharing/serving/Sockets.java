package io.homecloud.sharing.serving;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** TCP connections of this machine, ended by the ss program of iproute2. */
public final class Sockets {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final Pattern ZONE = Pattern.compile("%.*");
  private final Host host;

  public Sockets(Host host) {
    this.host = host;
  }

  /**
   * Ends all connections of a client to a port of ours.
   *
   * @param address of it, or of a network with its bits
   */
  public void end(int ours, String address) {
    kill(ours, address);
  }

  /** Ends those from a port of the client's; when it is no more it is passed over. */
  public void end(int ours, String address, int theirs) {
    kill(ours, address, "dport", "=", ":" + theirs, "and");
  }

  private void kill(int ours, String address, String... more) {
    List<String> argv = new ArrayList<>(List.of("ss", "--kill", "--tcp", "--numeric", "state"));
    argv.addAll(List.of("established", "sport", "=", ":" + ours, "and"));
    argv.addAll(List.of(more));
    if (address.contains(":")) {
      // ss knows no zone, as of fe80::1%eth0; the ports tell who it is.
      argv.addAll(List.of("dst", "[" + ZONE.matcher(address).replaceFirst("") + "]"));
    } else {
      // A client of IPv4 at a socket of IPv6 has the other form.
      argv.addAll(List.of("(", "dst", address, "or", "dst", "[::ffff:" + address + "]", ")"));
    }
    HostResult result = host.run(new HostCommand(DEADLINE, argv.toArray(String[]::new)));
    if (!(result instanceof HostResult.Exited(int code, _, _)) || code != 0) {
      throw new IllegalStateException("ss: " + result);
    }
  }
}
