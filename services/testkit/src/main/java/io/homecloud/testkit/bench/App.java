package io.homecloud.testkit.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.host.Daemon;
import io.homecloud.host.DaemonSpec;
import io.homecloud.host.DaemonState;
import io.homecloud.host.Signal;
import io.homecloud.host.Supervisor;
import io.homecloud.testkit.FreePort;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The packaged application with all its services and databases, started as {@code homecloud up}
 * does, on a directory of its own; and its API. What the script says of the build comes as system
 * properties.
 */
public final class App implements AutoCloseable {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final Duration TOKEN_AGE = Duration.ofMinutes(10);
  private static final Path BUILD = Path.of(System.getProperty("homecloud.bench.app", ""));
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Shell shell = new Shell();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path data;
  private final int port;
  private final Supervisor supervisor;
  private final Daemon daemon;
  private String token = "";
  private Instant minted = Instant.EPOCH;

  /**
   * @param disk the loop device that becomes the pool {@code home}
   * @param prefix what the JVM is started by, such as taskset(1); may be empty
   */
  public App(LoopDisks disks, String name, Path disk, String... prefix) throws Exception {
    data = disks.directory().resolve(name);
    Files.createDirectories(data.resolve("log"));
    port = FreePort.find();
    supervisor = Supervisor.open(data.resolve("child"), data.resolve("log"));
    List<String> argv = new ArrayList<>(List.of(prefix));
    argv.add(java());
    System.getProperty("homecloud.bench.options", "").lines().forEach(argv::add);
    argv.add("-XX:ErrorFile=" + data.resolve("log/crash-%p.log"));
    argv.addAll(List.of("-jar", BUILD.resolve("quarkus-run.jar").toString()));
    daemon =
        supervisor.start(
            new DaemonSpec("homecloud", argv.toArray(String[]::new))
                .with(
                    Map.of(
                        "HOMECLOUD_NODE", "bench",
                        "HOMECLOUD_CACHE", System.getProperty("homecloud.bench.cache", ""),
                        "HOMECLOUD_DATA", data.toString(),
                        "HOMECLOUD_IMAGES", disks.image(disk).toString(),
                        "HOMECLOUD_PORT", Integer.toString(port),
                        "HOMECLOUD_LISTEN", "127.0.0.1",
                        "MALLOC_ARENA_MAX", "1"))
                .readyWhen(this::answers, SOON)
                .stoppedBy(Signal.TERM, SOON));
    if (!daemon.awaitReady(SOON)) {
      throw new IllegalStateException(String.join("\n", daemon.lastLines()));
    }
    JsonNode pool =
        post(
            "pools?wait=60s",
            "{'metadata':{'name':'home'},'spec':{'disks':['%s'],'erase':true}}".formatted(disk));
    if (!ready(pool)) {
      throw new IllegalStateException(pool.toString());
    }
  }

  private boolean answers() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/q/health/ready");
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home", ""), "bin/java").toString();
  }

  /** The process whose descendants are all the others. */
  public long process() {
    return switch (daemon.state()) {
      case DaemonState.Ready(var process, _) -> process.pid();
      case DaemonState other -> throw new IllegalStateException("it does not run: " + other);
    };
  }

  public Path data() {
    return data;
  }

  /** Where a pool of that name is mounted. */
  public Path pool() throws Exception {
    return Path.of(get("pools/home").path("status").path("mountPath").asText());
  }

  /** A new volume, ready. */
  public Path volume(String name) throws Exception {
    return Path.of(
        made("volumes", name, "{'pool':'home'}").path("status").path("mountPath").asText());
  }

  /** A new snapshot, ready. */
  public Path snapshot(String name, String volume) throws Exception {
    JsonNode made = made("snapshots", name, "{'volume':'%s'}".formatted(volume));
    return Path.of(made.path("status").path("path").asText());
  }

  /**
   * Makes a resource and returns when it is ready.
   *
   * @param kind of storage, or a path from the root
   */
  public JsonNode made(String kind, String name, String spec) throws Exception {
    JsonNode made =
        post(kind + "?wait=60s", "{'metadata':{'name':'%s'},'spec':%s}".formatted(name, spec));
    if (!ready(made)) {
      throw new AssertionError(made.toString());
    }
    return made;
  }

  private static boolean ready(JsonNode resource) {
    for (JsonNode condition : resource.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /**
   * @param path below storage's, or from the root
   */
  public JsonNode get(String path) throws Exception {
    return send(request(path).GET().build());
  }

  /**
   * @param body with single quotes, which no value may hold
   */
  public JsonNode post(String path, String body) throws Exception {
    return send("POST", path, body);
  }

  /** As {@link #post}. */
  public JsonNode put(String path, String body) throws Exception {
    return send("PUT", path, body);
  }

  private JsonNode send(String method, String path, String body) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body.replace('\'', '"')))
            .build());
  }

  private JsonNode send(HttpRequest request) throws Exception {
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new AssertionError(request + ": " + answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url(path)))
        .timeout(SOON)
        .header("Authorization", "Bearer " + token());
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port + (path.startsWith("/") ? path : "/api/storage/v1/" + path);
  }

  /** An administrator's, of the installation itself. */
  public synchronized String token() {
    if (minted.plus(TOKEN_AGE).isBefore(Instant.now())) {
      Path key = data.resolve("secrets/sign-in.json");
      token =
          shell.run(java(), "-cp", jar(), "io.homecloud.application.TokenCommand", key.toString());
      minted = Instant.now();
    }
    return token;
  }

  private static String jar() {
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(BUILD.resolve("lib/main"), "io.homecloud.application-*.jar")) {
      return Objects.requireNonNull(jars.iterator().next()).toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    http.close();
    supervisor.close();
    for (String root : List.of("volumes", "pools")) {
      try (Stream<Path> mounts =
          Files.exists(data.resolve(root)) ? Files.list(data.resolve(root)) : Stream.empty()) {
        mounts.forEach(mount -> shell.script("umount \"$1\" || umount --lazy \"$1\" || :", mount));
      }
    }
  }
}
