package io.homecloud.sharing.ganesha;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.sharing.serving.TcpTableParser;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Who is connected to a port, as the kernel knows it. */
final class Connections {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Path PROC = Path.of("/proc");

  private final Host host;

  Connections(Host host) {
    this.host = host;
  }

  /** Addresses of clients, each once. */
  Set<String> to(int port) {
    Set<String> addresses = new TreeSet<>();
    tables().forEach(table -> addresses.addAll(TcpTableParser.connectedTo(port, table)));
    return addresses;
  }

  /**
   * Breaks all of them that come from an address. A client that may come again does so at once and
   * goes on where it was.
   */
  void end(int port, InetAddress client) {
    String address = client.getHostAddress();
    String source = "sport = :" + port;
    HostResult result =
        host.run(
            new HostCommand(
                DEADLINE, "ss", "--kill", "--tcp", "state", "established", "dst", address, source));
    if (!(result instanceof HostResult.Exited(int code, _, _)) || code != 0) {
      throw new IllegalStateException("ss: " + result);
    }
  }

  private static Stream<String> tables() {
    return Stream.of("tcp", "tcp6")
        .map(name -> PseudoFiles.text(PROC.resolve("net").resolve(name)));
  }
}
