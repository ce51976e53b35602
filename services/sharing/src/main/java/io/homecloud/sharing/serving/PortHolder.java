package io.homecloud.sharing.serving;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program that listens at a TCP port, for people who look for it (proc_net_tcp(5)). */
public record PortHolder(String program, long pid) {
  private static final String LISTENING = "0A";
  private static final int ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  /** Empty when there is none that we may see. */
  public static Optional<PortHolder> of(int port) {
    Set<String> sockets =
        Stream.of("/proc/net/tcp", "/proc/net/tcp6")
            .flatMap(file -> lines(Path.of(file)).stream())
            .map(line -> line.strip().split("\\s+", INODE + 2))
            .filter(fields -> fields.length > INODE && fields[STATE].equals(LISTENING))
            .filter(fields -> fields[ADDRESS].endsWith(":%04X".formatted(port)))
            .map(fields -> "socket:[" + fields[INODE] + "]")
            .collect(Collectors.toSet());
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          return Optional.of(
              new PortHolder(
                  String.join("", lines(process.resolve("comm"))),
                  Long.parseLong(process.getFileName().toString())));
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, Set<String> sockets) {
    if (sockets.isEmpty()) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (sockets.contains(target(file))) {
          return true;
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException ended) {
      return false;
    }
    return false;
  }

  private static String target(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Such as {@code smbd (process 812)}. */
  @Override
  public String toString() {
    return program + " (process " + pid + ")";
  }
}
