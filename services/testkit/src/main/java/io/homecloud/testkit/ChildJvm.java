package io.homecloud.testkit;

import io.homecloud.host.HostCommand;
import io.homecloud.host.LocalHost;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A main class in a JVM of its own, with this one's class path, to be killed without warning. */
public final class ChildJvm implements AutoCloseable {
  private static final Duration LIFE = Duration.ofMinutes(10);

  private final Tools tools = new Tools(new LocalHost());
  private final List<String> lines = new ArrayList<>();
  private final Thread runner;
  private boolean ended;

  private ChildJvm(List<String> argv) {
    runner =
        Thread.ofPlatform()
            .daemon()
            .name("child")
            .start(() -> {
              try {
                new LocalHost()
                    .read(new HostCommand(LIFE, argv.toArray(String[]::new)), this::read);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } finally {
                end();
              }
            });
  }

  /** Its own lines of output, standard error included, can be awaited. */
  public static ChildJvm start(Class<?> main, String... arguments) {
    return start(256, main, arguments);
  }

  /** As above, with a heap of that many MiB. */
  public static ChildJvm start(int heap, Class<?> main, String... arguments) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "echo $$; exec \"$@\" 2>&1",
                "sh",
                Path.of(System.getProperty("java.home", ""), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx" + heap + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dhomecloud.test.tmp=" + TestDirectory.root().getParent(),
                "-cp",
                classPath(),
                main.getName()));
    argv.addAll(List.of(arguments));
    return new ChildJvm(argv);
  }

  /** The line that matches; fails when the child ends, or the time, without one. */
  public synchronized String await(Predicate<String> wanted, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    int seen = 0;
    while (true) {
      for (; seen < lines.size(); seen++) {
        if (wanted.test(lines.get(seen))) {
          return lines.get(seen);
        }
      }
      long rest = (end - System.nanoTime()) / 1_000_000;
      if (ended || rest <= 0) {
        throw new AssertionError("not in the child's output: " + String.join("\n", lines));
      }
      wait(rest);
    }
  }

  /** As a power cut would, for this process: returns when it is gone. What it started stays. */
  public void kill() throws InterruptedException {
    String pid = await(_ -> true, LIFE);
    if (!hasEnded()) {
      tools.succeeds("kill", "-KILL", pid);
    }
    runner.join();
  }

  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  private void read(InputStream output) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      synchronized (this) {
        lines.add(line);
        notifyAll();
      }
    }
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Surefire's own is a jar that only lists the real one. */
  private static String classPath() {
    String real = System.getProperty("surefire.test.class.path");
    String path = real != null ? real : System.getProperty("java.class.path", "");
    return path.isEmpty() ? new File(".").getAbsolutePath() : path;
  }
}
