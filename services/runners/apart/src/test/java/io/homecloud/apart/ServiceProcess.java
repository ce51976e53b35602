package io.homecloud.apart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.host.Daemon;
import io.homecloud.host.DaemonSpec;
import io.homecloud.host.Signal;
import io.homecloud.host.Supervisor;
import io.homecloud.testkit.GeneratedPage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A packaged service in a process of its own, and its API. */
final class ServiceProcess {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String name;
  private final int port;
  private final Daemon daemon;

  private ServiceProcess(String name, int port, Daemon daemon) {
    this.name = name;
    this.port = port;
    this.daemon = daemon;
  }

  /** Returns at once. */
  static ServiceProcess begin(
      Supervisor supervisor, String name, int port, Map<String, String> environment) {
    return new ServiceProcess(
        name,
        port,
        supervisor.start(
            new DaemonSpec(
                    name,
                    java(),
                    "-Xmx128m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                    "-jar",
                    app(name).resolve("quarkus-run.jar").toString())
                .with(environment)
                .readyWhen(() -> answers(port), SOON)
                .stoppedBy(Signal.TERM, SOON)));
  }

  static Path app(String name) {
    return GeneratedPage.repository()
        .resolve("services/runners")
        .resolve(name)
        .resolve("target/quarkus-app");
  }

  static String java() {
    return Path.of(System.getProperty("java.home", ""), "bin/java").toString();
  }

  private static boolean answers(int port) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/q/health/ready");
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }

  ServiceProcess ready() throws InterruptedException {
    if (!daemon.awaitReady(SOON)) {
      throw new AssertionError(name + "\n" + String.join("\n", daemon.lastLines()));
    }
    return this;
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + "/api/" + name + "/v1/" + path;
  }

  JsonNode get(String token, String path) throws Exception {
    return JSON.readTree(send(token, "GET", path, ""));
  }

  String text(String token, String path) throws Exception {
    return send(token, "GET", path, "");
  }

  /**
   * @param body with single quotes
   */
  JsonNode post(String token, String path, String body) throws Exception {
    return JSON.readTree(send(token, "POST", path, body.replace('\'', '"')));
  }

  String put(String token, String path, String body) throws Exception {
    return send(token, "PUT", path, body);
  }

  private String send(String token, String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url(path)))
            .timeout(SOON)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", body.startsWith("{") ? "application/json" : "text/plain")
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new AssertionError(method + " " + path + ": " + answer.statusCode() + answer.body());
    }
    return answer.body();
  }
}
