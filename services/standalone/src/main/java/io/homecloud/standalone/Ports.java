package io.homecloud.standalone;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The loopback ports of this installation's PostgreSQL and Kafka. They stay the same from start to
 * start, and differ between installations on one machine.
 */
final class Ports {
  /**
   * Below those that the kernel gives to outgoing connections, so that none of them is in the way.
   */
  private static final int FIRST = 16_000;

  private static final int COUNT = 16_000;
  private static final int ATTEMPTS = 200;

  private final Path file;
  private final Random random = new SecureRandom();
  private final Map<String, Integer> chosen = new HashMap<>();

  Ports(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split("=", 2);
        if (words.length == 2 && words[1].matches("[1-9][0-9]{3,4}")) {
          chosen.put(words[0], Integer.parseInt(words[1]));
        }
      }
    }
  }

  /** The port that was chosen for this use, now or at an earlier start. */
  int of(String use) throws IOException {
    Integer known = chosen.get(use);
    return known == null ? another(use) : known;
  }

  /** A new one for this use, since another program has taken the old one. */
  int another(String use) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = FIRST + random.nextInt(COUNT);
      if (!chosen.containsValue(port) && free(port)) {
        chosen.put(use, port);
        save();
        return port;
      }
    }
    throw new IOException("no free port for " + use);
  }

  static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private void save() throws IOException {
    StringBuilder lines = new StringBuilder();
    new TreeMap<>(chosen).forEach((use, port) -> lines.append(use + "=" + port + "\n"));
    WholeFile.secret(file).write(lines.toString());
  }
}
