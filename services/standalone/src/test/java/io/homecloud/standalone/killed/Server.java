package io.homecloud.standalone.killed;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.ProcessIdentity;
import io.homecloud.standalone.Script;
import io.homecloud.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The packaged application in a data directory, started as {@code ./homecloud up} starts it. */
final class Server {
  static final String NODE = "testnode";

  private static final Duration BUILD = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path data;
  private final int port = FreePort.find();
  private final Script script;
  private final String option;
  private String node = NODE;
  private Optional<ProcessIdentity> process = Optional.empty();
  private String build = "";

  /**
   * @param cache where the build is kept and taught to start quickly, once for all
   */
  Server(Path data, Path cache) {
    this(data, cache, Map.of(), "");
  }

  /**
   * @param environment more of it
   * @param option one more of Java
   */
  Server(Path data, Path cache, Map<String, String> environment, String option) {
    this.data = data;
    this.option = option;
    this.script =
        new Script()
            .withOwnPorts()
            .with("HOMECLOUD_BUILT", "yes")
            .with("HOMECLOUD_CACHE", cache.toString());
    environment.forEach(script::with);
  }

  /** What else it is told, before it is launched. */
  Server with(Map<String, String> environment) {
    environment.forEach(script::with);
    return this;
  }

  /** Another name than all others have. */
  Server named(String name) {
    node = name;
    return with(Map.of("HOMECLOUD_URL", url()));
  }

  /** Returns when the process is there; it does not answer yet. */
  void launch() {
    Exited exited =
        functions(
            BUILD,
            """
            build_app
            install -d -m 0711 -- "$DATA" "$DATA/run" "$DATA/system"
            install -d -m 0700 -- "$DATA/secrets"
            install -d -m 0750 -- "$DATA/log"
            options=()
            [[ ! -s $APP/homecloud.aot ]] || options+=(-XX:AOTCache="$APP/homecloud.aot")
            POOL_DISKS=()
            launch "$DATA" %d 127.0.0.1 "${options[@]}" %s
            echo "$SERVER $APP"
            """
                .formatted(port, option));
    String[] words = lastLine(exited).split(" ", 2);
    process = ProcessIdentity.of(Long.parseLong(words[0]));
    build = words[1];
  }

  /** Waits until it answers, and returns its door for an administrator. */
  Api api() {
    Api.Address address = new Api.Address(url());
    within(
        PATIENCE,
        () -> {
          if (!lives()) {
            throw new IllegalStateException("it ended: " + words());
          }
          assertThat(address.ready()).isTrue();
        });
    return address.with(lastLine(functions(PATIENCE, "APP=" + build + "\ntoken_of")));
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  boolean lives() {
    return process.filter(ProcessIdentity::lives).isPresent();
  }

  /**
   * {@code kill -9} of the process and of everything that it started, databases included. It is
   * stopped first, so that it can neither see its children end nor start others.
   */
  void killEverything() {
    kill("kill -STOP \"$server\"; kill -KILL $(descendants \"$server\") \"$server\"");
  }

  /** {@code kill -9} of the process alone; what it started goes on. */
  void killAlone() {
    kill("kill -KILL \"$server\"");
  }

  private void kill(String how) {
    if (process.isPresent()) {
      functions(PATIENCE, "server=" + process.get().pid() + "\n" + how + " || :");
      within(PATIENCE, () -> assertThat(lives()).isFalse());
      process = Optional.empty();
    }
  }

  /** In order, with its mounts, as {@code ./homecloud down} does. */
  void stop() {
    functions(PATIENCE, "kill -TERM " + process.orElseThrow().pid());
    within(PATIENCE, () -> assertThat(lives()).isFalse());
    process = Optional.empty();
    functions(PATIENCE, "detach_storage");
  }

  /** {@code ./homecloud down} when it was killed before. */
  void down() {
    functions(PATIENCE, "stop_server");
  }

  /** Ends it with what it left running, for the end of a test. */
  void end() {
    killEverything();
    functions(PATIENCE, "end_postgres");
  }

  /** Where the Kafka within it answers. */
  String kafka() throws IOException {
    return Files.readAllLines(data.resolve("system/ports")).stream()
        .filter(line -> line.startsWith("kafka="))
        .map(line -> "127.0.0.1:" + line.substring("kafka=".length()))
        .findFirst()
        .orElseThrow();
  }

  /** The databases within it, for another that is to use them too. */
  Map<String, String> databases() throws IOException {
    String port =
        Files.readAllLines(data.resolve("system/ports")).stream()
            .filter(line -> line.startsWith("postgres="))
            .map(line -> line.substring("postgres=".length()))
            .findFirst()
            .orElseThrow();
    return Map.of(
        "HOMECLOUD_DB_URL",
        "jdbc:postgresql://127.0.0.1:" + port + "/homecloud",
        "HOMECLOUD_DB_USER",
        "homecloud",
        "HOMECLOUD_DB_PASSWORD",
        Files.readString(data.resolve("secrets/postgres-password")).strip(),
        "HOMECLOUD_KAFKA_BOOTSTRAP",
        kafka());
  }

  /** What it wrote last, to be read when something is not as it should be. */
  String words() {
    return Script.attempt("bash", "-c", "tail -n 30 " + data + "/log/*.log").stdout();
  }

  private Exited functions(Duration deadline, String lines) {
    Exited exited =
        script.functions(
            deadline, "use_data " + data + "\nSETTING[node]=" + node + "\nfind_jdk\n" + lines);
    assertThat(exited.code()).as(exited.stdout() + exited.stderr()).isZero();
    return exited;
  }

  private static String lastLine(Exited exited) {
    return exited.stdout().lines().reduce((_, last) -> last).orElseThrow().strip();
  }
}
