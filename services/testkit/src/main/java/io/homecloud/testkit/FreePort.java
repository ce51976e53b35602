package io.homecloud.testkit;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers of tests. */
public final class FreePort {
  private static final int LOWEST = 10_000;

  /** From here on the kernel gives ports to whoever connects to something. */
  private static final int HIGHEST = 32_768;

  private FreePort() {}

  /** One that nobody has on any address now, and that is likely to stay so. */
  public static int find() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      try (ServerSocket _ = new ServerSocket(port)) {
        return port;
      } catch (IOException taken) {
        // The next one, then.
      }
    }
  }
}
