package io.homecloud.notes;

import static io.homecloud.notes.Asking.NOTES;
import static io.homecloud.notes.Asking.asking;
import static io.homecloud.notes.Asking.assertProblem;
import static io.homecloud.notes.Asking.freshName;
import static io.homecloud.notes.Asking.note;
import static io.homecloud.notes.Asking.settled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** How long jobs are ordered and waited for, the same for every one that there is. */
@QuarkusTest
@QuarkusTestResource(TestServers.class)
class NotesTasksIT {
  private static final String TASKS = NotesApi.PATH + "/tasks";
  private static final String ONCE = "{}";
  private static final String UNTIL_STOPPED = "{\"untilStopped\":true}";

  private static Response order(String note, String query, String body) {
    return asking().body(body).post(NOTES + "/" + note + "/proofread" + query);
  }

  private static Response repeatable(String key, String note, String query, String body) {
    return asking()
        .header("Idempotency-Key", key)
        .body(body)
        .post(NOTES + "/" + note + "/proofread" + query);
  }

  private static void assertTasks(String uid, int count) {
    asking().get(TASKS + "?resource=" + uid).then().statusCode(200).body("items", hasSize(count));
  }

  private static String uid(String note) {
    return asking().get(NOTES + "/" + note).path("metadata.uid");
  }

  private static void stop(Response ordered) {
    String task = ordered.path("id");
    asking().post(TASKS + "/" + task + "/cancel").then().statusCode(202);
    asking()
        .get(TASKS + "/" + task + "?wait=60s")
        .then()
        .statusCode(200)
        .body("state", equalTo("Cancelled"));
  }

  @Test
  void anOrderIsAnsweredWithTheTask() {
    // Given
    String note = settled();

    // When
    Response answer = order(note, "", ONCE);

    // Then
    String id =
        answer.then().statusCode(202).body("state", equalTo("Pending")).extract().path("id");
    answer
        .then()
        .header("Location", endsWith(TASKS + "/" + id))
        .body("action", equalTo("proofread"))
        .body("resource.name", equalTo(note))
        .body("createdBy", equalTo("administrator"));
  }

  @Test
  void aTaskHasLabelsAndAConditionAsEveryKindHas() {
    // Given
    Response ordered = order(settled(), "", UNTIL_STOPPED);
    String id = ordered.path("id");
    String value = freshName();

    // When
    Response noted =
        asking()
            .body("{\"labels\":{\"for\":\"" + value + "\",\"by\":\"hand\"}}")
            .patch(TASKS + "/" + id);
    Response patched = asking().body("{\"labels\":{\"by\":null}}").patch(TASKS + "/" + id);

    // Then
    ordered
        .then()
        .body("labels.size()", equalTo(0))
        .body("conditions.size()", equalTo(1))
        .body("conditions[0].type", equalTo("Ready"))
        .body("conditions[0].status", equalTo("False"))
        .body("conditions[0].reason", equalTo("Pending"));
    noted.then().statusCode(200).body("labels.by", equalTo("hand"));
    patched.then().statusCode(200).body("labels", equalTo(Map.of("for", value)));
    asking()
        .get(TASKS + "?labelSelector=for=" + value)
        .then()
        .body("items", hasSize(1))
        .body("items[0].id", equalTo(id));
    assertProblem(
        asking().body("{\"labels\":{\"a b\":\"c\"}}").patch(TASKS + "/" + id), 400, "body-invalid");
    assertProblem(
        asking().body("{\"state\":\"Completed\"}").patch(TASKS + "/" + id), 400, "body-invalid");
    assertProblem(
        asking().body("{\"labels\":{}}").patch(TASKS + "/" + UUID.randomUUID()), 404, "not-found");
    stop(ordered);
    asking()
        .get(TASKS + "/" + id)
        .then()
        .body("labels.for", equalTo(value))
        .body("conditions[0].status", equalTo("False"))
        .body("conditions[0].reason", equalTo("Cancelled"));
    order(settled(), "?wait=60s", ONCE)
        .then()
        .body("conditions[0].status", equalTo("True"))
        .body("conditions[0].reason", equalTo("Completed"));
  }

  @Test
  void whoWaitsSeesItsEnd() {
    // When
    Response answer = order(settled(), "?wait=60s", ONCE);

    // Then
    answer.then().statusCode(200).body("state", equalTo("Completed"));
    String id = answer.path("id");
    answer.then().header("Location", endsWith(TASKS + "/" + id));
  }

  @Test
  void whatHasNotEndedInTimeIsAccepted() {
    // When
    Response answer = order(settled(), "?wait=50ms", UNTIL_STOPPED);

    // Then
    answer.then().statusCode(202);
    stop(answer);
  }

  @Test
  void aWaitThatCannotBeReadBeginsNothing() {
    // Given
    String note = settled();

    // When
    Response answer = order(note, "?wait=soon", ONCE);

    // Then
    assertProblem(answer, 400, "parameter-invalid");
    assertTasks(uid(note), 0);
  }

  @Test
  void aRepeatedOrderIsAnsweredWithTheSameTaskAsLongAsItRunsAndAfterwards() {
    // Given
    String note = settled();
    String key = freshName();
    Response first = repeatable(key, note, "", UNTIL_STOPPED);
    String id = first.then().statusCode(202).extract().path("id");

    // When
    Response meanwhile = repeatable(key, note, "?wait=10ms", UNTIL_STOPPED);
    stop(first);
    Response afterwards = repeatable(key, note, "", UNTIL_STOPPED);

    // Then
    meanwhile.then().statusCode(202).body("id", equalTo(id));
    afterwards.then().statusCode(200).body("id", equalTo(id)).body("state", equalTo("Cancelled"));
    assertTasks(uid(note), 1);
  }

  @Test
  void aRepeatedOrderIsAnsweredAlsoWhenItWouldBeRefusedByNow() {
    // Given
    String note = settled();
    String key = freshName();
    String id =
        repeatable(key, note, "?wait=60s", ONCE).then().statusCode(200).extract().path("id");
    asking().delete(NOTES + "/" + note + "?wait=60s").then().statusCode(204);

    // When
    Response again = repeatable(key, note, "", ONCE);

    // Then
    again.then().statusCode(200).body("id", equalTo(id));
    assertProblem(order(note, "", ONCE), 404, "not-found");
  }

  @Test
  void anotherOrderWithTheSameKeyIsRefusedAndBeginsNothing() {
    // Given
    String note = settled();
    String other = settled();
    String key = freshName();
    repeatable(key, note, "?wait=60s", ONCE).then().statusCode(200);

    // When
    Response body = repeatable(key, note, "", "{\"untilStopped\":false}");
    Response path = repeatable(key, other, "", ONCE);
    Response wish =
        asking().header("Idempotency-Key", key).body(note(freshName(), "x", 1)).post(NOTES);

    // Then
    for (Response answer : List.of(body, path, wish)) {
      assertProblem(answer, 422, "key-reused");
    }
    assertTasks(uid(note), 1);
    assertTasks(uid(other), 0);
  }

  @Test
  void anOrderThatWasRefusedMayComeAgain() {
    // Given
    String name = freshName();
    String key = freshName();
    assertProblem(repeatable(key, name, "", ONCE), 404, "not-found");
    asking().body(note(name, "hello", 1)).post(NOTES + "?wait=60s").then().statusCode(201);

    // When
    Response again = repeatable(key, name, "?wait=60s", ONCE);

    // Then
    again.then().statusCode(200).body("resource.name", equalTo(name));
  }

  @Test
  void ofTheSameOrderManyTimesAtOnceOneIsBegun() throws Exception {
    // Given
    String note = settled();
    String key = freshName();
    Callable<Response> request = () -> repeatable(key, note, "?wait=60s", ONCE);

    // When
    List<Response> answers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(6)) {
      for (var answer : threads.invokeAll(Collections.nCopies(6, request))) {
        answers.add(answer.get());
      }
    }

    // Then
    assertThat(answers).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
    assertThat(answers.stream().map(answer -> answer.<String>path("id")).distinct()).hasSize(1);
    assertTasks(uid(note), 1);
  }
}
