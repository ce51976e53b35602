package io.homecloud.embedded;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers of tests, where no other tests look for some. */
public final class FreePorts {
  private static final Set<Integer> FOUND = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  /**
   * One that nobody has now, and another one each time. Tests that run beside each other look in
   * other places.
   *
   * @param lowest among those of 32,000 to 32,700
   */
  public static int find(int lowest, int below) {
    int port;
    do {
      port = ThreadLocalRandom.current().nextInt(lowest, below);
    } while (!FOUND.add(port) || !isFree(port));
    return port;
  }

  private static boolean isFree(int port) {
    try (ServerSocket _ = new ServerSocket(port)) {
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
