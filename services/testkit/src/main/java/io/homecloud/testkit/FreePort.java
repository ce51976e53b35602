package io.homecloud.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers of tests. */
public final class FreePort {
  private static final int LOWEST = 10_000;

  /**
   * From here on installations look for ports of their databases, and further up the kernel gives
   * them to whoever connects to something.
   */
  private static final int HIGHEST = 16_000;

  private static final int ATTEMPTS = 10_000;

  /** Locks of files, which end with the JVM. */
  private static final List<FileChannel> OURS = new ArrayList<>();

  private FreePort() {}

  /**
   * One that nobody has on any address now, and that is found by no other JVM of tests while this
   * one lives: of two servers that start on the same one at once, the second fails, and whoever
   * asks it is answered by the first.
   */
  public static int find() {
    return find(LOWEST, HIGHEST);
  }

  static synchronized int find(int from, int below) {
    try {
      Path ports = Files.createDirectories(TestDirectory.root().resolve("ports"));
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int port = ThreadLocalRandom.current().nextInt(from, below);
        if (take(ports.resolve(Integer.toString(port))) && isFree(port)) {
          return port;
        }
      }
      throw new IllegalStateException("no port is free between " + from + " and " + below);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean take(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        channel.close();
        return false;
      }
      OURS.add(channel);
      return true;
    } catch (OverlappingFileLockException e) {
      OURS.add(channel); // closing it would end the lock that this JVM has already
      return false;
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket _ = new ServerSocket(port)) {
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
