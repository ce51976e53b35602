package io.homecloud.sharing.serving;

import io.homecloud.host.libc.PseudoFiles;
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
  /** Who listens there, for people; empty when nobody does. */
  static Optional<String> of(int port) {
    List<Long> sockets =
        Stream.of("tcp", "tcp6")
            .map(table -> PseudoFiles.text(Path.of("/proc/net", table)))
            .flatMap(table -> TcpTableParser.listeningAt(port, table).stream())
            .toList();
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    if (sockets.contains(0L)) {
      return Optional.of("the kernel");
    }
    return Optional.of(
        holding(sockets.stream().map(inode -> "socket:[" + inode + "]").collect(Collectors.toSet()))
            .map(PortHolder::toString)
            .orElse("a process that is not visible here"));
  }

  private static Optional<PortHolder> holding(Set<String> sockets) {
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
