package io.homecloud.notes;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.homecloud.testkit.TestTokens;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;

/** What the tests of this package send and expect. */
final class Asking {
  static final String NOTES = NotesApi.PATH + "/notes";

  private Asking() {}

  static RequestSpecification asking() {
    return given()
        .auth()
        .oauth2(TestTokens.administrator())
        .contentType(ContentType.JSON)
        .urlEncodingEnabled(false);
  }

  static String freshName() {
    return "n" + UUID.randomUUID();
  }

  static String note(String name, String text, int copies) {
    return """
    {"metadata":{"name":"%s"},"spec":{"text":"%s","copies":%d}}\
    """
        .formatted(name, text, copies);
  }

  /** A note that is there. */
  static String settled() {
    String name = freshName();
    asking().body(note(name, "hello", 1)).post(NOTES + "?wait=60s").then().statusCode(201);
    return name;
  }

  static void assertProblem(Response answer, int status, String word) {
    answer
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:homecloud:problem:" + word))
        .body("status", equalTo(status))
        .body("title", not(emptyString()))
        .body("detail", not(emptyString()))
        .body(not(org.hamcrest.Matchers.containsString("Exception")))
        .body(not(org.hamcrest.Matchers.containsString("at io.homecloud")));
  }
}
