package io.homecloud.standalone.killed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The HTTP API, asked as an administrator. */
final class Api {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Address address;
  private final String token;

  private Api(Address address, String token) {
    this.address = address;
    this.token = token;
  }

  /** Where it is. */
  record Address(String url) {
    boolean ready() throws IOException, InterruptedException {
      return HTTP.send(
                  HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
                      .timeout(Duration.ofSeconds(5))
                      .build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    }

    Api with(String token) {
      return new Api(this, token);
    }
  }

  /** What was answered; the body is missing when it is no JSON. */
  record Answer(int status, JsonNode body) {
    boolean acknowledged() {
      return status >= 200 && status < 300 && status != 202;
    }
  }

  Answer send(Request request) throws IOException, InterruptedException {
    HttpRequest.Builder asking =
        HttpRequest.newBuilder(URI.create(address.url() + request.of("/api/storage/v1/")))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", request.type())
            .method(request.method(), BodyPublishers.ofString(request.body()));
    if (!request.key().isEmpty()) {
      asking.header("Idempotency-Key", request.key());
    }
    HttpResponse<String> response = HTTP.send(asking.build(), BodyHandlers.ofString());
    String text = response.body();
    boolean json = text.startsWith("{");
    return new Answer(
        response.statusCode(), json ? JSON.readTree(text) : MissingNode.getInstance());
  }

  /** For tools that ask by themselves. */
  String url(String path) {
    return address.url() + "/api/storage/v1/" + path;
  }

  String token() {
    return token;
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    Answer answer = send(Request.get(path));
    if (answer.status() != 200) {
      throw new IOException(path + ": " + answer);
    }
    return answer.body();
  }

  /** Makes something and waits until it is ready. */
  void must(String kind, String name, Map<String, ?> spec)
      throws IOException, InterruptedException {
    Answer answer =
        send(
            Request.post(
                kind + VolumeOperations.WAIT,
                Map.of("metadata", Map.of("name", name), "spec", spec)));
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
  }

  /** Takes over the pool that a disk belongs to. */
  void adopt(Path disk) throws IOException, InterruptedException {
    Answer answer =
        send(
            Request.post(
                "pools/adopt" + VolumeOperations.WAIT, Map.of("disks", List.of(disk.toString()))));
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
  }

  /** The id of a disk that is plugged in. */
  String disk(Path device) throws IOException, InterruptedException {
    return all("disks").stream()
        .filter(one -> one.path("path").asText().equals(device.toString()))
        .findFirst()
        .orElseThrow()
        .path("id")
        .asText();
  }

  /** All items of a list. */
  List<JsonNode> all(String path) throws IOException, InterruptedException {
    List<JsonNode> items = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = get(path + "?limit=500" + (next.isEmpty() ? "" : "&continue=" + next));
      page.path("items").forEach(items::add);
      next = page.path("metadata").path("continue").asText("");
    } while (!next.isEmpty());
    return items;
  }
}
