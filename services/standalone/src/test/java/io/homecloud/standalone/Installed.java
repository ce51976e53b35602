package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One installation of what was packaged, driven as a person does: by the script and the API. */
final class Installed implements AutoCloseable {
  private static final Duration UP = Duration.ofMinutes(8);

  /** Shorter than it is valid. */
  private static final Duration TOKEN_AGE = Duration.ofMinutes(10);

  private final Script script;
  private final Path data;
  private final int port = FreePort.find();
  private final HttpClient http = HttpClient.newHttpClient();
  private String token = "";
  private long minted;

  /**
   * @param cache where builds are kept, shared by all stories
   */
  Installed(Path data, Path cache) {
    this.data = data;
    this.script =
        new Script()
            .withOwnPorts()
            .with("HOMECLOUD_BUILT", "yes")
            .with("HOMECLOUD_CACHE", cache.toString())
            .with("HOMECLOUD_VOLUMES_PATIENCE", "120");
  }

  Installed with(String variable, String value) {
    script.with(variable, value);
    return this;
  }

  /** Of every command. */
  Map<String, String> environment() {
    return script.environment();
  }

  Path data() {
    return data;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** {@code up}, on a port that is free here. */
  Exited up(String... options) {
    List<String> words = new ArrayList<>(List.of("--port", Integer.toString(port)));
    words.addAll(List.of(options));
    return homecloud("up", words.toArray(String[]::new));
  }

  /** {@code up} that has to work. */
  Exited mustUp(String... options) {
    Exited up = up(options);
    assertThat(up.code()).as(up.stdout() + up.stderr()).isZero();
    return up;
  }

  Exited homecloud(String command, String... options) {
    token = "";
    List<String> words = new ArrayList<>(List.of(command, "--data", data.toString()));
    words.addAll(List.of(options));
    return script.run(UP, words.toArray(String[]::new));
  }

  /** The administrator's; the same for a while, unless a command came between. */
  String token() {
    if (token.isEmpty() || System.nanoTime() - minted > TOKEN_AGE.toNanos()) {
      Exited exited = homecloud("token");
      assertThat(exited.code()).as(exited.stderr()).isZero();
      token = exited.stdout().strip();
      minted = System.nanoTime();
    }
    return token;
  }

  /** The server's process. */
  String pid() throws IOException {
    return Files.readAllLines(data.resolve("run/homecloud.pid")).getFirst();
  }

  /** As a power cut: the server and its PostgreSQL end at this instruction. */
  void kill() throws IOException {
    String postgres =
        Files.readAllLines(data.resolve("system/postgres/data/postmaster.pid")).getFirst();
    Script.tool("kill", "-KILL", pid(), postgres);
  }

  int put(String path, String body) throws IOException, InterruptedException {
    return http.send(
            request(path, token()).PUT(BodyPublishers.ofString(body)).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    return http.send(
        request(path, token())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return get(path, token());
  }

  HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
    return http.send(request(path, token).build(), BodyHandlers.ofString());
  }

  /** Any service, by the whole path. */
  HttpResponse<String> ask(String method, String path, String json)
      throws IOException, InterruptedException {
    return http.send(
        request(URI.create(url() + path), token())
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String token) {
    return request(URI.create(url() + "/api/storage/v1/" + path), token);
  }

  private static HttpRequest.Builder request(URI uri, String token) {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(150))
        .header("Authorization", "Bearer " + token);
  }

  @Override
  public void close() {
    homecloud("down");
    http.close();
  }
}
