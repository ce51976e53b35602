package io.homecloud.sharing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestTokens;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import java.util.UUID;

/** How tests ask sharing over HTTP, and what they expect of a problem. */
final class Asking {
  static final String API = SharingKinds.API;
  static final String PASSWORD = "correct horse 42 Ärger";

  private Asking() {}

  static RequestSpecification asking() {
    return as(TestTokens.administrator());
  }

  static RequestSpecification as(String token) {
    return nobody().auth().oauth2(token);
  }

  static RequestSpecification nobody() {
    return given().urlEncodingEnabled(false).contentType(ContentType.JSON);
  }

  static String freshName() {
    return "n" + UUID.randomUUID().toString().substring(0, 13);
  }

  /** {@code spec} is JSON with single quotes. */
  static Response wish(String kind, String name, String spec) {
    return asking()
        .body(
            "{\"metadata\":{\"name\":\"%s\"},\"spec\":%s}".formatted(name, spec.replace('\'', '"')))
        .post(API + "/" + kind + "?wait=2m");
  }

  /** An account that can sign in; its name. */
  static String account(String spec) {
    String name = freshName();
    assertThat(wish("accounts", name, spec).statusCode()).isEqualTo(201);
    setPassword(name, PASSWORD);
    return name;
  }

  static void setPassword(String account, String password) {
    Response answer =
        asking().body(Map.of("password", password)).put(API + "/accounts/" + account + "/password");
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(204);
  }

  static Response signIn(String account, String password) {
    return nobody().body(Map.of("account", account, "password", password)).post(API + "/sign-in");
  }

  static Response refresh(String secret) {
    return nobody().body(Map.of("refreshToken", secret)).post(API + "/sign-in/refresh");
  }

  /** An RFC 9457 problem of that type that says something to people. */
  static void assertProblem(Response answer, int status, String word) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
    assertThat(answer.contentType()).startsWith("application/problem+json");
    assertThat(answer.<String>path("type")).isEqualTo("urn:homecloud:problem:" + word);
    assertThat(answer.<String>path("detail")).hasSizeGreaterThan(12).matches("(?s).*[.})]");
    assertThat(answer.asString()).doesNotContain("Exception").doesNotContain("io.homecloud");
  }
}
