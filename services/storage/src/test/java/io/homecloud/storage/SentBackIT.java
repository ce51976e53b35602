package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.assertProblem;
import static io.homecloud.storage.Asking.body;
import static io.homecloud.storage.Asking.freshName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.testkit.EventReader;
import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was read is changed and sent back whole; and who follows is told of it. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class SentBackIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Made(String path, String field, String before, String after) {}

  /** One of each kind, with a field that may be changed. */
  private static List<Made> oneOfEach() {
    String pool = Asking.pool(1L << 30);
    String volume = Asking.volume(pool, ",'quota':'100M','displayName':'Photos'");
    String snapshot = freshName();
    String schedule = freshName();
    made("/snapshots", body(snapshot, "{'volume':'%s'}".formatted(volume)));
    made(
        "/snapshot-schedules",
        body(
            schedule,
            "{'volume':'%s','schedule':'0 3 * * *','retention':{'daily':7}}".formatted(volume)));
    return List.of(
        new Made("/pools/" + pool, "compression", "zstd:3", "lzo"),
        new Made("/volumes/" + volume, "displayName", "Photos", "Pictures"),
        new Made("/snapshots/" + snapshot, "displayName", "", "Summer"),
        new Made("/snapshot-schedules/" + schedule, "schedule", "0 3 * * *", "0 4 * * *"));
  }

  private static void made(String kind, String body) {
    asking().body(body).post(API + kind + "?wait=60s").then().statusCode(201);
  }

  private static ObjectNode read(String path) throws Exception {
    return (ObjectNode) JSON.readTree(asking().get(API + path).asString());
  }

  private static ObjectNode spec(JsonNode resource) {
    return (ObjectNode) resource.path("spec");
  }

  @Test
  void whatWasReadCanBeChangedAndSentBack() throws Exception {
    for (Made made : oneOfEach()) {
      // Given
      String seen = asking().get(API + made.path()).header("ETag");
      ObjectNode resource = read(made.path());
      assertThat(spec(resource).path(made.field()).asText())
          .as(made.path())
          .isEqualTo(made.before());
      spec(resource).put(made.field(), made.after());
      ((ObjectNode) resource.path("metadata")).putObject("labels").put("year", "2026");
      // When
      var answer = asking().body(resource.toString()).put(API + made.path() + "?wait=60s");
      // Then
      answer
          .then()
          .statusCode(200)
          .body("metadata.generation", equalTo(2))
          .body("metadata.labels.year", equalTo("2026"))
          .body("status.conditions.find{it.type=='Ready'}.status", equalTo("True"));
      JsonNode there = read(made.path()).path("spec");
      assertThat(there).as(made.path()).isEqualTo(spec(resource));
      // What was seen before is older now.
      assertProblem(
          asking().header("If-Match", seen).body(resource.toString()).put(API + made.path()),
          412,
          "revision-mismatch");
    }
  }

  @Test
  void whatIsLeftOutIsNoLongerWished() throws Exception {
    // Given
    String pool = Asking.pool(1L << 30);
    String volume = Asking.volume(pool, ",'quota':'100M','displayName':'Photos'");
    // When
    var answer =
        asking()
            .body(body(volume, "{'pool':'%s'}".formatted(pool)))
            .put(API + "/volumes/" + volume + "?wait=60s");
    // Then
    answer
        .then()
        .statusCode(200)
        .body("spec.quota", nullValue())
        .body("spec.displayName", nullValue());
  }

  @Test
  void whatCannotBeChangedStays() throws Exception {
    String pool = Asking.pool(1L << 30);
    String other = Asking.pool(1L << 30);
    String volume = Asking.volume(pool, "");
    // Given
    ObjectNode before = read("/volumes/" + volume);
    ObjectNode resource = before.deepCopy();
    spec(resource).put("pool", other);
    // When
    var answer = asking().body(resource.toString()).put(API + "/volumes/" + volume);
    // Then
    assertThat(answer.statusCode()).isBetween(400, 422);
    Asking.assertHelps(answer);
    assertThat(read("/volumes/" + volume)).isEqualTo(before);
  }

  @Test
  void whoFollowsIsToldOfEachStep() throws Exception {
    // Given
    String pool = Asking.pool(1L << 30);
    try (EventReader reader =
        new EventReader("http://localhost:" + RestAssured.port + API + "/events")) {
      // When
      String volume = Asking.volume(pool, "");
      String uid = read("/volumes/" + volume).path("metadata").path("uid").asText();
      String snapshot = freshName();
      made("/snapshots", body(snapshot, "{'volume':'%s'}".formatted(volume)));
      asking().delete(API + "/snapshots/" + snapshot + "?wait=60s").then().statusCode(204);
      asking().delete(API + "/volumes/" + volume + "?wait=60s").then().statusCode(204);
      // Then
      List<String> told = new ArrayList<>();
      while (!told.contains("io.homecloud.volume.trashed.v1")) {
        EventReader.Told next = reader.next();
        // Others that run in the same house are told of too.
        if (next.data().contains(uid)) {
          assertThat(EventSchemas.violations(next.data())).isEmpty();
          told.add(next.name());
        }
      }
      assertThat(told)
          .containsExactly(
              "io.homecloud.volume.created.v1",
              "io.homecloud.snapshot.created.v1",
              "io.homecloud.snapshot.deleted.v1",
              "io.homecloud.volume.trashed.v1");
    }
  }
}
