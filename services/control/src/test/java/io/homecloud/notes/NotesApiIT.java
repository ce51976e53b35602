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
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The conventions of the API, as every service has them, over HTTP. */
@QuarkusTest
@QuarkusTestResource(TestServers.class)
class NotesApiIT {
  @Test
  void aWishIsAnsweredWithTheResource() {
    // Given
    String name = freshName();

    // When
    Response answer = asking().body(note(name, "hello", 2)).post(NOTES);

    // Then
    answer
        .then()
        .statusCode(201)
        .header("Location", endsWith(NOTES + "/" + name))
        .header("ETag", notNullValue())
        .body("kind", equalTo("Note"))
        .body("metadata.name", equalTo(name))
        .body("metadata.uid", notNullValue())
        .body("metadata.generation", equalTo(1))
        .body("metadata.createdBy", equalTo("administrator"))
        .body("spec.text", equalTo("hello"));
  }

  @Test
  void whoWaitsSeesItReady() {
    // Given
    String name = freshName();

    // When
    Response answer = asking().body(note(name, "hello", 2)).post(NOTES + "?wait=60s");

    // Then
    answer
        .then()
        .statusCode(201)
        .body("status.copies", equalTo(2))
        .body("status.observedGeneration", equalTo(1))
        .body("status.conditions.find{it.type=='Ready'}.status", equalTo("True"));
  }

  @Test
  void whatIsNotReadyInTimeIsAcceptedAndSaysWhy() {
    // Given
    String name = freshName();

    // When
    Response answer = asking().body(note(name, "hello", 1000)).post(NOTES + "?wait=2s");

    // Then
    answer.then().statusCode(202).body("spec.copies", equalTo(1000));
    asking()
        .body("{\"spec\":{\"copies\":3}}")
        .patch(NOTES + "/" + name + "?wait=60s")
        .then()
        .statusCode(200)
        .body("status.copies", equalTo(3));
  }

  @Test
  void aMergePatchChangesWhatItNamesAndRemovesWhatIsNull() {
    // Given
    String name = settled();
    asking()
        .body("{\"metadata\":{\"labels\":{\"room\":\"kitchen\",\"colour\":\"red\"}}}")
        .contentType("application/merge-patch+json")
        .patch(NOTES + "/" + name)
        .then()
        .statusCode(200);

    // When
    Response answer =
        asking()
            .body("{\"metadata\":{\"labels\":{\"colour\":null}},\"spec\":{\"copies\":5}}")
            .contentType("application/merge-patch+json")
            .patch(NOTES + "/" + name + "?wait=60s");

    // Then
    answer
        .then()
        .statusCode(200)
        .body("spec.text", equalTo("hello"))
        .body("spec.copies", equalTo(5))
        .body("metadata.labels.room", equalTo("kitchen"))
        .body("metadata.labels.colour", nullValue())
        .body("status.copies", equalTo(5));
  }

  @Test
  void whatWasReadCanBeChangedAndSentBack() {
    // Given
    String name = settled();
    String read = asking().get(NOTES + "/" + name).asString();

    // When
    Response answer =
        asking().body(read.replace("\"hello\"", "\"bye\"")).put(NOTES + "/" + name + "?wait=60s");

    // Then
    answer
        .then()
        .statusCode(200)
        .body("spec.text", equalTo("bye"))
        .body("metadata.generation", equalTo(2));
  }

  @Test
  void whoHasSeenSomethingOlderChangesNothing() {
    // Given
    String name = settled();
    String seen = asking().get(NOTES + "/" + name).header("ETag");
    asking()
        .header("If-Match", seen)
        .body("{\"spec\":{\"copies\":4}}")
        .patch(NOTES + "/" + name + "?wait=60s")
        .then()
        .statusCode(200);

    // When
    Response patch =
        asking()
            .header("If-Match", seen)
            .body("{\"spec\":{\"copies\":9}}")
            .patch(NOTES + "/" + name);
    Response put =
        asking().header("If-Match", seen).body(note(name, "x", 9)).put(NOTES + "/" + name);
    Response delete = asking().header("If-Match", seen).delete(NOTES + "/" + name);

    // Then
    for (Response answer : List.of(patch, put, delete)) {
      assertProblem(answer, 412, "revision-mismatch");
    }
    asking().get(NOTES + "/" + name).then().body("spec.copies", equalTo(4));
  }

  @Test
  void aRepeatedRequestIsAnsweredWithWhatItMade() {
    // Given
    String name = freshName();
    String key = freshName();
    String uid =
        asking()
            .header("Idempotency-Key", key)
            .body(note(name, "hello", 1))
            .post(NOTES)
            .path("metadata.uid");

    // When
    Response again =
        asking().header("Idempotency-Key", key).body(note(name, "hello", 1)).post(NOTES);

    // Then
    again.then().statusCode(201).body("metadata.uid", equalTo(uid));
    assertProblem(asking().body(note(name, "hello", 1)).post(NOTES), 409, "name-taken");
    assertProblem(
        asking().header("Idempotency-Key", key).body(note(name, "other", 1)).post(NOTES),
        422,
        "key-reused");
  }

  @Test
  void ofTheSameRequestManyTimesAtOnceOneThingIsMade() throws Exception {
    // Given
    String name = freshName();
    String key = freshName();
    Callable<Response> request =
        () -> asking().header("Idempotency-Key", key).body(note(name, "hello", 1)).post(NOTES);

    // When
    List<Response> answers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(6)) {
      for (var answer : threads.invokeAll(Collections.nCopies(6, request))) {
        answers.add(answer.get());
      }
    }

    // Then
    assertThat(answers).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(201));
    assertThat(answers.stream().map(answer -> answer.<String>path("metadata.uid")).distinct())
        .hasSize(1);
  }

  @Test
  void twoWhoWantOneNameAtOnceGetOneAndOneProblem() throws Exception {
    // Given
    String name = freshName();
    Callable<Integer> request =
        () -> asking().body(note(name, "hello", 1)).post(NOTES).statusCode();

    // When
    List<Integer> answers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (var answer : threads.invokeAll(List.of(request, request))) {
        answers.add(answer.get());
      }
    }

    // Then
    assertThat(answers).containsExactlyInAnyOrder(201, 409);
  }

  @Test
  void aListIsReadPageByPageAndByLabel() {
    // Given
    String house = freshName();
    for (int n = 0; n < 5; n++) {
      asking()
          .body(
              """
              {"metadata":{"name":"%s-%d","labels":{"house":"%s","odd":"%b"}},"spec":{"text":"t","copies":1}}\
              """
                  .formatted(house, n, house, n % 2 == 1))
          .post(NOTES)
          .then()
          .statusCode(201);
    }
    String ofTheHouse = NOTES + "?labelSelector=house=" + house;

    // When
    List<String> names = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    String next = "";
    do {
      Response page = asking().get(ofTheHouse + "&limit=2" + next);
      List<String> items = page.path("items.metadata.name");
      names.addAll(items);
      sizes.add(items.size());
      next =
          page.path("metadata.continue") == null
              ? ""
              : "&continue=" + page.path("metadata.continue");
    } while (!next.isEmpty());

    // Then
    assertThat(sizes).containsExactly(2, 2, 1);
    assertThat(names)
        .containsExactly(house + "-0", house + "-1", house + "-2", house + "-3", house + "-4");
    asking().get(ofTheHouse + ",odd=true").then().body("items", hasSize(2));
    asking().get(ofTheHouse + ",odd=maybe").then().statusCode(200).body("items", hasSize(0));
  }

  @Test
  void whatIsDeletedIsGone() {
    // Given
    String name = settled();

    // When
    Response answer = asking().delete(NOTES + "/" + name + "?wait=60s");

    // Then
    answer.then().statusCode(204);
    assertProblem(asking().get(NOTES + "/" + name), 404, "not-found");
    assertProblem(asking().delete(NOTES + "/" + name), 404, "not-found");
  }
}
