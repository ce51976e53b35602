package io.homecloud.storage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.testkit.TestTokens;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.util.UUID;

/** What the tests of bad input and bad days send and expect. */
final class Asking {
  static final String API = "/api/storage/v1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Asking() {}

  static RequestSpecification asking() {
    return given()
        .urlEncodingEnabled(false)
        .auth()
        .oauth2(TestTokens.administrator())
        .contentType(ContentType.JSON);
  }

  /** For files: bytes, as they are. */
  static RequestSpecification sending(byte[] content) {
    return asking().contentType(ContentType.BINARY).body(content);
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
    assertThat(answer.asString())
        .doesNotContain("Exception", "java.", "io.homecloud", "\\tat ", "com.fasterxml", " null");
  }
}
