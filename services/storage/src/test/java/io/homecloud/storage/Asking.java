package io.homecloud.storage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.TestTokens;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/** How tests ask storage over HTTP, and what they expect of a problem. */
final class Asking {
  static final String API = "/api/storage/v1";
  private static final String[] INTERNALS = {
    "Exception", "java.", "io.homecloud", "\\tat ", "com.fasterxml", " null"
  };
  private static final ObjectMapper JSON = new ObjectMapper();

  private Asking() {}

  static RequestSpecification asking() {
    return given()
        .urlEncodingEnabled(false)
        .auth()
        .oauth2(TestTokens.administrator())
        .contentType(ContentType.JSON);
  }

  /** Bytes as they are, however many; other than {@link #asking} it makes no text of them. */
  static HttpResponse<String> upload(String path, byte[] content, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
            .header("Authorization", "Bearer " + TestTokens.administrator())
            .PUT(HttpRequest.BodyPublishers.ofByteArray(content));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** As {@link #assertProblem(Response, int, String)}. */
  static void assertProblem(HttpResponse<String> answer, int status, String word) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    JsonPath problem = JsonPath.from(answer.body());
    assertThat(problem.getString("type")).isEqualTo("urn:homecloud:problem:" + word);
    assertThat(problem.getString("detail")).hasSizeGreaterThan(12).matches("(?s).*[.})]");
    assertThat(answer.body()).doesNotContain(INTERNALS);
  }

  /** For files: bytes, as they are. */
  static RequestSpecification sending(byte[] content) {
    return asking().contentType(ContentType.BINARY).body(content);
  }

  /** Runs a program that must succeed, and answers what it wrote. */
  static String run(String... argv) {
    HostResult result = new LocalHost().run(new HostCommand(Duration.ofSeconds(60), argv));
    assertThat(result)
        .as(String.join(" ", argv))
        .isInstanceOfSatisfying(
            Exited.class, exited -> assertThat(exited.code()).as(exited.stderr()).isZero());
    return ((Exited) result).stdout();
  }

  static String freshName() {
    return "n" + UUID.randomUUID().toString().substring(0, 13);
  }

  /** A resource as it is sent; {@code spec} is JSON with single quotes. */
  static String body(String name, String spec) {
    try {
      return "{\"metadata\":{\"name\":"
          + JSON.writeValueAsString(name)
          + "},\"spec\":"
          + spec.replace('\'', '"')
          + "}";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A pool of that many bytes, mounted. */
  static String pool(long bytes) {
    String name = freshName();
    Path disk = StorageHouse.disks().disk(bytes);
    asking()
        .body(body(name, "{'disks':['" + disk + "'],'metadataProfile':'single'}"))
        .post(API + "/pools?wait=60s")
        .then()
        .statusCode(201);
    return name;
  }

  /** A volume in its place. */
  static String volume(String pool, String more) {
    String name = freshName();
    asking()
        .body(body(name, "{'pool':'" + pool + "'" + more + "}"))
        .post(API + "/volumes?wait=60s")
        .then()
        .statusCode(201);
    return name;
  }

  static Path mountPath(String resource) {
    return Path.of(asking().get(API + resource).<String>path("status.mountPath"));
  }

  static String files(String volume, String path) {
    return API + "/volumes/" + volume + "/files/" + path;
  }

  /** Of that status and type, in words for people. */
  static void assertProblem(Response answer, int status, String word) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
    assertThat(answer.<String>path("type")).isEqualTo("urn:homecloud:problem:" + word);
    assertHelps(answer);
  }

  /** An RFC 9457 problem that says something to people, and nothing about the program. */
  static void assertHelps(Response answer) {
    assertThat(answer.contentType()).startsWith("application/problem+json");
    assertThat(answer.<Integer>path("status")).isEqualTo(answer.statusCode());
    assertThat(answer.<String>path("title")).isNotBlank();
    assertThat(answer.<String>path("detail")).hasSizeGreaterThan(12).matches("(?s).*[.})]");
    assertThat(answer.asString()).doesNotContain(INTERNALS);
  }

  /** What Prometheus is told. */
  static String metrics() {
    return asking()
        .accept("text/plain")
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .extract()
        .asString();
  }
}
