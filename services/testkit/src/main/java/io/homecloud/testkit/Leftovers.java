package io.homecloud.testkit;

import io.homecloud.host.Supervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Takes away a directory with every mount below it or of its disks, and the disks. */
final class Leftovers {
  private static final int ATTEMPTS = 300;
  private static final long PAUSE_MILLIS = 100;
  private static final int DEPTH_OF_RUN_FILES = 3;

  private final Tools tools;
  private final LoopDevices loops;

  Leftovers(Tools tools, LoopDevices loops) {
    this.tools = tools;
    this.loops = loops;
  }

  /**
   * The same of a process that was killed: its supervisors could not end what they kept running.
   */
  void removeOfKilled(Path directory) {
    try (Stream<Path> files = Files.walk(directory, DEPTH_OF_RUN_FILES)) {
      List<Path> runs =
          files
              .filter(file -> file.toString().endsWith(".run"))
              .map(Path::getParent)
              .distinct()
              .toList();
      for (Path run : runs) {
        Supervisor.open(run, run).close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    remove(directory);
  }

  void remove(Path directory) {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> devices = loops.below(directory);
    for (Path point : mounts(directory, devices).reversed()) {
      // Disks whose images are on it: what was mounted of them was mounted later, so it is gone.
      loops.below(point).forEach(loops::detach);
      unmount(point);
    }
    loops.below(directory).forEach(loops::detach);
    try {
      deleteTree(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A program of the test may need a moment to let go; one that never does fails the test. */
  private void unmount(Path point) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (tools.succeeds("umount", point.toString())) {
        return;
      }
      pause();
    }
    tools.must("umount", "--lazy", point.toString());
    throw new IllegalStateException("something still used " + point + " when the test ended");
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** In the order in which they were made, so that the reverse takes the upper ones first. */
  private static List<Path> mounts(Path directory, List<Path> devices) {
    try {
      List<Path> points = new ArrayList<>();
      Path table = Path.of("/proc/self/mountinfo");
      for (String line : Files.readAllLines(table, StandardCharsets.ISO_8859_1)) {
        Mounted mounted = Mounted.parse(line);
        if (mounted.point().startsWith(directory) || devices.contains(mounted.source())) {
          points.add(mounted.point());
        }
      }
      return points;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** A line of proc_pid_mountinfo(5), which writes blanks and the like as octal. */
  record Mounted(Path point, Path source) {
    private static final int POINT = 4;

    static Mounted parse(String line) {
      String[] halves = line.split(" - ", 2);
      return new Mounted(
          Path.of(plain(halves[0].split(" ", POINT + 2)[POINT])),
          Path.of("/").resolve(plain(halves[1].split(" ", 3)[1])));
    }

    private static String plain(String escaped) {
      StringBuilder bytes = new StringBuilder();
      for (int i = 0; i < escaped.length(); i++) {
        if (escaped.charAt(i) == '\\') {
          bytes.append((char) Integer.parseInt(escaped, i + 1, i + 4, 8));
          i += 3;
        } else {
          bytes.append(escaped.charAt(i));
        }
      }
      return new String(
          bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
  }
}
