package io.homecloud.sharing.serving;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;

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
