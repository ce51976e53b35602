package io.homecloud.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where programs are found: never in a directory that somebody's environment names. */
final class Programs {
  private static final List<Path> DIRECTORIES =
      List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));

  static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

  private Programs() {}

  /**
   * The file of an absolute path or a plain name; empty when there is none that may be executed.
   *
   * @throws IllegalArgumentException for a relative path, which would depend on where we run
   */
  static Optional<Path> find(String program) {
    if (program.startsWith("/")) {
      return Optional.of(Path.of(program)).filter(Programs::runs);
    }
    if (program.contains("/")) {
      throw new IllegalArgumentException("neither an absolute path nor a plain name: " + program);
    }
    return DIRECTORIES.stream().map(d -> d.resolve(program)).filter(Programs::runs).findFirst();
  }

  private static boolean runs(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
