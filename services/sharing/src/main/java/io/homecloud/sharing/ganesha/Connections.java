package io.homecloud.sharing.ganesha;

import io.homecloud.host.Host;
import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.sharing.serving.Sockets;
import io.homecloud.sharing.serving.TcpTableParser;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Who is connected to a port, as the kernel knows it. */
final class Connections {
  private static final Path PROC = Path.of("/proc");

  private final Sockets sockets;

  Connections(Host host) {
    this.sockets = new Sockets(host);
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
  void end(int port, String address) {
    sockets.end(port, address);
  }

  private static Stream<String> tables() {
    return Stream.of("tcp", "tcp6")
        .map(name -> PseudoFiles.text(PROC.resolve("net").resolve(name)));
  }
}
