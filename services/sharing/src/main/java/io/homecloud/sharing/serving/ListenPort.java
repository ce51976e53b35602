package io.homecloud.sharing.serving;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where a server listens: at the port that clients expect when we may and nobody has it, else at
 * another one.
 *
 * @param wished the one that clients expect
 * @param instead the other one; the same as wished when there is no choice
 */
public record ListenPort(int wished, int instead) {
  public static final ListenPort SMB = new ListenPort(445, 4450);
  public static final ListenPort NFS = new ListenPort(2049, 20490);
  public static final ListenPort HTTPS = new ListenPort(443, 8443);

  /** The first that can be had now; empty when others have both. */
  public OptionalInt choose() {
    if (free(wished)) {
      return OptionalInt.of(wished);
    }
    return wished != instead && free(instead) ? OptionalInt.of(instead) : OptionalInt.empty();
  }

  /**
   * Why a server is not where clients look for it, and the way out; empty when it is, or when
   * somebody wished it so.
   *
   * @param port where it is
   */
  public Optional<String> elsewhere(Protocol protocol, int port) {
    return port == wished || port != instead
        ? Optional.empty()
        : Optional.of(
            "%s is at port %d%s: %s. %s, and start homecloud again."
                .formatted(name(protocol), port, drawback(protocol), state(wished), end(protocol)));
  }

  /** Why a server does not run when neither port can be had, and the way out. */
  public String taken(Protocol protocol) {
    String ports =
        IntStream.of(wished, instead)
            .distinct()
            .mapToObj(ListenPort::state)
            .collect(Collectors.joining(", "));
    return "%s is not served: %s. %s, or set another port (%s)."
        .formatted(name(protocol), ports, end(protocol), setting(protocol));
  }

  private static String state(int port) {
    return PortHolder.of(port)
        .map(holder -> "port %d is taken by %s".formatted(port, holder))
        .orElse("port %d may not be opened".formatted(port));
  }

  private static String name(Protocol protocol) {
    return switch (protocol) {
      case SMB -> "SMB";
      case NFS -> "NFS";
      case WEBDAV -> "HTTPS";
    };
  }

  private static String drawback(Protocol protocol) {
    return switch (protocol) {
      case SMB -> ", where the Explorer of Windows does not look";
      case NFS, WEBDAV -> ", which clients have to name";
    };
  }

  /** What is found there most often; what else it is, its name says. */
  private static String end(Protocol protocol) {
    String unit =
        switch (protocol) {
          case SMB -> "smbd";
          case NFS -> "nfs-server";
          case WEBDAV -> "apache2";
        };
    return "End that (of Debian's own: systemctl disable --now " + unit + ")";
  }

  private static String setting(Protocol protocol) {
    return switch (protocol) {
      case SMB -> "HOMECLOUD_SMB_PORT";
      case NFS -> "HOMECLOUD_NFS_PORT";
      case WEBDAV -> "HOMECLOUD_HTTPS_PORT";
    };
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
