package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.FreePort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs the real {@code ./homecloud} of this checkout, and tools beside it. */
public final class Script {
  public static final Path ROOT = root();

  /** Where the stories keep what was built, and taught to start quickly once for all of them. */
  public static final Path STORY_CACHE =
      Path.of(System.getProperty("homecloud.test.tmp", System.getProperty("java.io.tmpdir")))
          .resolve("homecloud-test/story-cache");

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final LocalHost HOST = new LocalHost();
  private final Map<String, String> environment = new HashMap<>();

  public Script with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /**
   * Servers for people at ports that no other test has; at the usual ones is whoever starts first.
   */
  public Script withOwnPorts() {
    for (String server : List.of("HTTPS", "SMB", "NFS")) {
      with("HOMECLOUD_" + server + "_PORT", Integer.toString(FreePort.find()));
    }
    return this;
  }

  /** What {@link #with} said. */
  Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  /** {@code ./homecloud} with these words. */
  public Exited run(Duration deadline, String... words) {
    List<String> argv = new ArrayList<>(List.of(ROOT.resolve("homecloud").toString()));
    argv.addAll(List.of(words));
    return exited(HOST.run(new HostCommand(argv, deadline, environment)));
  }

  /** Functions of the script, without its command line; stops at the first that fails. */
  public Exited functions(Duration deadline, String lines) {
    String source = "source " + ROOT.resolve("homecloud") + "\n" + lines;
    return exited(HOST.run(new HostCommand(List.of("bash", "-c", source), deadline, environment)));
  }

  /** Another program, which must succeed. */
  public static String tool(String... argv) {
    Exited exited = exited(HOST.run(new HostCommand(PATIENCE, argv)));
    assertThat(exited.code()).as("%s: %s", List.of(argv), exited.stderr()).isZero();
    return exited.stdout().strip();
  }

  public static Exited attempt(String... argv) {
    return exited(HOST.run(new HostCommand(PATIENCE, argv)));
  }

  private static Exited exited(HostResult result) {
    assertThat(result).isInstanceOf(Exited.class);
    return (Exited) result;
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("homecloud"))) {
      Path parent = directory.getParent();
      if (parent == null) {
        throw new IllegalStateException("not inside a checkout of homecloud");
      }
      directory = parent;
    }
    return directory;
  }
}
