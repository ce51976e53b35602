package io.homecloud.testkit.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A process and everything that it started, as proc(5) shows them. */
public final class Processes {
  private static final Path PROC = Path.of("/proc");
  private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

  private Processes() {}

  private record Running(long id, long parent, String name, long own, long ofEnded) {
    /** With those that it started and that have ended. */
    long ticks() {
      return own + ofEnded;
    }
  }

  /** Seconds of CPU that all of them have used so far, those that have ended included. */
  public static double cpu(long root) {
    return tree(root).stream().mapToLong(Running::ticks).sum() / TICKS_PER_SECOND;
  }

  /** The same by the name of the program. */
  public static Map<String, Double> cpuByName(long root) {
    Map<String, Double> parts = new HashMap<>();
    for (Running process : tree(root)) {
      parts.merge(process.name(), process.ticks() / TICKS_PER_SECOND, Double::sum);
    }
    return parts;
  }

  /** Seconds of CPU of those threads of one process whose names, of 15 characters, begin so. */
  public static double threads(long process, String beginning) {
    long ticks = 0;
    for (Running thread : all(PROC.resolve(process + "/task"))) {
      if (thread.name().startsWith(beginning)) {
        ticks += thread.own(); // the other is the whole process'
      }
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** Proportional memory in MiB, by the name of the program. */
  public static Map<String, Double> memory(long root) {
    Map<String, Double> parts = new HashMap<>();
    for (Running process : tree(root)) {
      parts.merge(process.name(), pss(process.id()), Double::sum);
    }
    return parts;
  }

  private static double pss(long id) {
    try {
      return Files.readAllLines(PROC.resolve(id + "/smaps_rollup")).stream()
          .filter(line -> line.startsWith("Pss:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // it has ended
    }
  }

  private static List<Running> tree(long root) {
    List<Running> all = all(PROC);
    List<Running> found = new ArrayList<>(all.stream().filter(p -> p.id() == root).toList());
    for (int i = 0; i < found.size(); i++) {
      long parent = found.get(i).id();
      all.stream().filter(process -> process.parent() == parent).forEach(found::add);
    }
    return found;
  }

  private static List<Running> all(Path directory) {
    List<Running> processes = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "[0-9]*")) {
      for (Path entry : entries) {
        try {
          processes.add(parse(Files.readString(entry.resolve("stat"))));
        } catch (NoSuchFileException e) {
          // it has ended
        } catch (IOException e) {
          // it is ending
        }
      }
      return processes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name is in brackets and may hold any character. */
  private static Running parse(String stat) {
    int end = stat.lastIndexOf(')');
    String[] fields = stat.substring(end + 2).split(" ", -1);
    long own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]); // utime, stime
    long ofEnded = Long.parseLong(fields[13]) + Long.parseLong(fields[14]); // cutime, cstime
    int name = stat.indexOf('(');
    long id = Long.parseLong(stat.substring(0, name).strip());
    return new Running(id, Long.parseLong(fields[1]), stat.substring(name + 1, end), own, ofEnded);
  }
}
