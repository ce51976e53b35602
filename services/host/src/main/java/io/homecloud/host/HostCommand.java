package io.homecloud.host;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One run of a program of this machine: an argument list (never a shell), its deadline, and what is
 * added to its environment.
 *
 * @param argv the program's absolute path or its plain name (then looked up in the system
 *     directories only), followed by its arguments
 * @param deadline after which the program and its descendants are killed
 * @param environment added to {@code LC_ALL=C} and {@code PATH}; nothing else is inherited
 */
public record HostCommand(List<String> argv, Duration deadline, Map<String, String> environment) {
  public HostCommand {
    if (argv.isEmpty() || argv.getFirst().isEmpty()) {
      throw new IllegalArgumentException("a command needs a program");
    }
    for (String word : argv) {
      if (word.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("NUL in an argument of " + argv.getFirst());
      }
    }
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  public HostCommand(Duration deadline, String... argv) {
    this(List.of(argv), deadline, Map.of());
  }
}
