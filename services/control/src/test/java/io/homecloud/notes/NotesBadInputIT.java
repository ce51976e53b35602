package io.homecloud.notes;

import static io.homecloud.notes.Asking.NOTES;
import static io.homecloud.notes.Asking.asking;
import static io.homecloud.notes.Asking.assertProblem;
import static io.homecloud.notes.Asking.freshName;
import static io.homecloud.notes.Asking.note;
import static io.homecloud.notes.Asking.settled;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends, the answer is a problem that helps. */
@QuarkusTest
@QuarkusTestResource(TestServers.class)
class NotesBadInputIT {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "null",
        "[]",
        "7",
        "\"text\"",
        "{} {}",
        "{}",
        "{\"metadata\":null,\"spec\":null}",
        "{\"metadata\":{\"name\":\"bad-a\"}}",
        "{\"metadata\":{\"name\":\"bad-b\"},\"spec\":{}}",
        "{\"metadata\":{\"name\":\"bad-b\"},\"spec\":null}",
        "{\"metadata\":{\"name\":\"bad-c\"},\"spec\":[]}",
        "{\"metadata\":{\"name\":\"bad-d\"},\"spec\":{\"text\":5,\"copies\":1}}",
        "{\"metadata\":{\"name\":\"bad-e\"},\"spec\":{\"text\":\"x\",\"copies\":\"1\"}}",
        "{\"metadata\":{\"name\":\"bad-f\"},\"spec\":{\"text\":\"x\",\"copies\":1.5}}",
        "{\"metadata\":{\"name\":\"bad-g\"},\"spec\":{\"text\":\"x\",\"copies\":99999999999}}",
        "{\"metadata\":{\"name\":\"bad-h\"},\"spec\":{\"text\":\"x\",\"copies\":1,\"colour\":\"red\"}}",
        "{\"metadata\":{\"name\":\"bad-i\",\"owner\":\"me\"},\"spec\":{\"text\":\"x\",\"copies\":1}}",
        "{\"metadata\":{\"name\":\"bad-j\"},\"spec\":{\"text\":\"\\u0000\",\"copies\":1}}",
        "{\"metadata\":{\"name\":\"bad-k\"},\"spec\":{\"text\":\"x\",\"text\":\"y\",\"copies\":1}}",
        "{\"metadata\":{\"name\":\"bad-l\",\"labels\":{\"a b\":\"c\"}},\"spec\":{\"text\":\"x\",\"copies\":1}}",
      })
  void aBodyThatIsNotWhatItShouldBeIsRefused(String body) {
    // When
    Response answer = asking().body(body).post(NOTES);

    // Then
    assertProblem(answer, 400, "body-invalid");
  }

  @Test
  void aBodyNestedWithoutEndIsRefused() {
    // When
    Response answer = asking().body("[".repeat(2_000)).post(NOTES);

    // Then
    assertProblem(answer, 400, "body-invalid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/b", "-rf", "Ünicode", "UPPER", "a_b", "a.b", "", " "})
  void aNameThatIsNoLabelIsRefused(String name) {
    // When
    Response answer = asking().body(note(name, "x", 1)).post(NOTES);

    // Then
    assertProblem(answer, 400, "name-invalid");
  }

  @Test
  void aNameThatIsTooLongIsRefusedInBodyAndPath() {
    // Given
    String name = "a".repeat(64);

    // When / Then
    assertProblem(asking().body(note(name, "x", 1)).post(NOTES), 400, "name-invalid");
    Response read = asking().get(NOTES + "/" + name);
    read.then().statusCode(org.hamcrest.Matchers.oneOf(400, 404));
    assertProblem(read, read.statusCode(), read.statusCode() == 400 ? "name-invalid" : "not-found");
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() {
    // Given
    String body = note(freshName(), "x".repeat(1024 * 1024), 1);

    // When
    Response answer = asking().body(body).post(NOTES);

    // Then
    assertProblem(answer, 413, "body-too-large");
  }

  @Test
  void whatTheServiceRefusesHasItsOwnType() {
    // When
    Response answer = asking().body(note(freshName(), "x", -1)).post(NOTES);

    // Then
    assertProblem(answer, 422, "copies-refused");
  }

  @Test
  void aPatchIsHeldToTheSame() {
    // Given
    String note = NOTES + "/" + settled();

    // When / Then
    assertProblem(asking().body("[]").patch(note), 400, "body-invalid");
    assertProblem(asking().body("{\"spec\":null}").patch(note), 400, "body-invalid");
    assertProblem(asking().body("{\"spec\":{\"copy\":1}}").patch(note), 400, "body-invalid");
    assertProblem(asking().body("{\"spec\":{\"text\":null}}").patch(note), 400, "body-invalid");
    assertProblem(
        asking().body("{\"metadata\":{\"name\":\"other\"}}").patch(note), 422, "field-immutable");
    asking().get(note).then().statusCode(200).body(containsString("hello"));
  }

  @Test
  void anotherMediaTypeIsRefused() {
    // When / Then
    for (String type : new String[] {"text/plain", "application/xml", "multipart/form-data"}) {
      Response answer =
          RestAssured.given()
              .config(
                  RestAssured.config()
                      .encoderConfig(
                          io.restassured.config.EncoderConfig.encoderConfig()
                              .encodeContentTypeAs(type, io.restassured.http.ContentType.TEXT)))
              .auth()
              .oauth2(TestTokens.administrator())
              .contentType(type)
              .body(note(freshName(), "x", 1).getBytes(java.nio.charset.StandardCharsets.UTF_8))
              .post(NOTES);
      assertProblem(answer, 415, "media-type-unsupported");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "text/plain", "application/x-nothing"})
  void noAnswerIsAnythingButJson(String type) {
    // When
    Response read = asking().accept(type).get(NOTES + "/" + settled());
    Response made = asking().accept(type).body(note(freshName(), "<b>", 1)).post(NOTES);

    // Then
    read.then().statusCode(200).contentType("application/json").body("kind", equalTo("Note"));
    made.then().statusCode(201).contentType("application/json").body("kind", equalTo("Note"));
    assertProblem(asking().accept(type).get(NOTES), 406, "not-acceptable");
  }

  @Test
  void whatCannotBeDoneThereIsAProblem() {
    // When
    Response answer = asking().body("{}").delete(NOTES);

    // Then
    assertProblem(answer, 405, "method-not-allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api/notes/v1/nothing", "/api/nothing", "/nothing", "/api/notes/v1/notes/a/b"})
  void aPathThatIsNotThereIsAProblem(String path) {
    // When
    Response answer = asking().get(path);

    // Then
    assertProblem(answer, 404, "not-found");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0,parameter-invalid",
    "limit=x,parameter-invalid",
    "limit=100000,parameter-invalid",
    "continue=rubbish,continue-invalid",
    "labelSelector=rubbish,parameter-invalid"
  })
  void aParameterThatCannotBeUsedIsNamed(String query, String word) {
    // When
    Response answer = asking().get(NOTES + "?" + query);

    // Then
    assertProblem(answer, 400, word);
  }

  @Test
  void headersAreHeldToTheSame() {
    // Given
    String name = settled();

    // When / Then
    assertProblem(
        asking().body("{}").header("If-Match", "x").patch(NOTES + "/" + name),
        400,
        "parameter-invalid");
    assertProblem(
        asking()
            .header("Idempotency-Key", "a".repeat(256))
            .body(note(freshName(), "x", 1))
            .post(NOTES),
        400,
        "parameter-invalid");
    assertProblem(
        asking().body(note(freshName(), "x", 1)).post(NOTES + "?wait=soon"),
        400,
        "parameter-invalid");
  }

  @Test
  void aTaskThatIsNotThereIsAProblem() {
    // When / Then
    String tasks = NotesApi.PATH + "/tasks";
    assertProblem(asking().get(tasks + "/x"), 404, "not-found");
    assertProblem(asking().get(tasks + "/" + UUID.randomUUID()), 404, "not-found");
    assertProblem(asking().post(tasks + "/" + UUID.randomUUID() + "/cancel"), 404, "not-found");
    assertProblem(asking().get(tasks + "?state=Odd"), 400, "parameter-invalid");
    assertProblem(asking().get(tasks + "?resource=x"), 404, "not-found");
  }
}
