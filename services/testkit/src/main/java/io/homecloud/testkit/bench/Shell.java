package io.homecloud.testkit.bench;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The bare tools. */
public final class Shell {
  private static final Duration DEADLINE = Duration.ofMinutes(10);

  private final LocalHost host = new LocalHost();

  /** Runs a program that must succeed, and answers what it wrote. */
  public String run(String... argv) {
    return switch (host.run(new HostCommand(DEADLINE, argv))) {
      case Exited(int code, String out, _) when code == 0 -> out.strip();
      case Object other -> throw new AssertionError(String.join(" ", argv) + ": " + other);
    };
  }

  /** Runs a script that ends at its first failure; its parameters are {@code $1} and so on. */
  public String script(String script, Object... parameters) {
    Stream<String> words = Stream.of("sh", "-euc", script, "sh");
    Stream<String> rest = List.of(parameters).stream().map(Object::toString);
    return run(Stream.concat(words, rest).toArray(String[]::new));
  }
}
