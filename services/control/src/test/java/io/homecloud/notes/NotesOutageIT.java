package io.homecloud.notes;

import static io.homecloud.notes.Asking.NOTES;
import static io.homecloud.notes.Asking.asking;
import static io.homecloud.notes.Asking.assertProblem;
import static io.homecloud.notes.Asking.freshName;
import static io.homecloud.notes.Asking.note;
import static io.homecloud.notes.Asking.settled;
import static io.homecloud.testkit.Eventually.within;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.homecloud.control.Note;
import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.events.Fact;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.inject.spi.CDI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Servers that go away and come back, and messages that nobody can read. */
@QuarkusTest
@QuarkusTestResource(TestServers.class)
class NotesOutageIT {
  private static final String TOPIC = "homecloud.notes";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final boolean SOAK = Boolean.getBoolean("homecloud.soak");

  /** Longer than an attempt to send, so that some fail; by default a minute is too long to wait. */
  private static final Duration KAFKA_AWAY = Duration.ofSeconds(SOAK ? 60 : 12);

  /** Longer than the minute after which Quarkus by default gives up a message that waits. */
  private static final Duration POSTGRES_AWAY = Duration.ofSeconds(SOAK ? 90 : 5);

  private static NotesControl control() {
    return CDI.current().select(NotesControl.class).get();
  }

  /** The sequence numbers that were heard of a note, in the order in which they took effect. */
  private static List<Long> heard(UUID uid) {
    return control()
        .plane()
        .database()
        .read(handle ->
            handle
                .createQuery("select sequence from heard where uid = :uid order by number")
                .bind("uid", uid)
                .mapTo(Long.class)
                .list());
  }

  private static void assertHeardAll(UUID uid, int generations) {
    assertThat(heard(uid))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, generations).boxed().toList());
  }

  private static UUID uid(String name) {
    return UUID.fromString(asking().get(NOTES + "/" + name).path("metadata.uid"));
  }

  private static void change(String name, int copies) {
    asking()
        .body("{\"spec\":{\"copies\":" + copies + "}}")
        .patch(NOTES + "/" + name + "?wait=60s")
        .then()
        .statusCode(200)
        .body("status.copies", equalTo(copies));
  }

  private static void send(String key, String... payloads) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestKafka.bootstrap()),
            new StringSerializer(),
            new StringSerializer())) {
      for (String payload : payloads) {
        ProducerRecord<String, String> message = new ProducerRecord<>(TOPIC, key, payload);
        message
            .headers()
            .add("content-type", "application/cloudevents+json".getBytes(StandardCharsets.UTF_8));
        var _ = producer.send(message);
      }
      producer.flush();
    }
  }

  private static String written(UUID uid, String data) throws Exception {
    return EventCodec.write(
        new Event(
            UUID.randomUUID(),
            Fact.typeOf(Note.Written.class),
            "/homecloud/other/pi-2",
            uid,
            1,
            Instant.now(),
            control().plane().json().readTree(data)));
  }

  @Test
  void whileKafkaIsAwayNoRequestFailsAndAllIsToldAfterwards() {
    // Given
    List<String> names = List.of(settled(), settled(), settled());
    int generation = 1;

    // When
    TestKafka.stop();
    try {
      Instant end = Instant.now().plus(KAFKA_AWAY);
      while (Instant.now().isBefore(end) || generation < 20) {
        generation++;
        for (String name : names) {
          change(name, generation % 7);
        }
      }
      given().get("/q/health/ready").then().statusCode(200);
    } finally {
      TestKafka.start();
    }

    // Then
    for (String name : names) {
      UUID uid = uid(name);
      int generations = generation;
      within(PATIENCE, () -> assertHeardAll(uid, generations));
    }
    UUID later = uid(settled());
    within(PATIENCE, () -> assertHeardAll(later, 1));
  }

  @Test
  void aMessageThatNobodyCanReadIsParkedAndTheRestFlows() throws Exception {
    // Given
    UUID uid = UUID.randomUUID();
    String marker = freshName();

    // When
    send(
        uid.toString(),
        marker + " is no event",
        written(uid, "{\"uid\":\"" + marker + "\",\"generation\":1}"),
        written(uid, "{\"uid\":\"" + uid + "\"}"),
        written(uid, "{\"uid\":\"" + uid + "\",\"generation\":7}"));

    // Then
    within(PATIENCE, () -> assertHeardAll(uid, 1));
    List<Map<String, Object>> parked = new ArrayList<>();
    String next = "";
    do {
      var page = asking().get(NotesApi.PATH + "/parked-events?limit=2" + next);
      page.then().statusCode(200);
      parked.addAll(page.path("items"));
      String more = page.path("metadata.continue");
      next = more == null ? "" : "&continue=" + more;
    } while (!next.isEmpty());
    assertThat(parked)
        .filteredOn(event -> uid.toString().equals(event.get("key")))
        .hasSize(3)
        .allSatisfy(event ->
            assertThat(event)
                .containsEntry("topic", TOPIC)
                .containsKeys("payload", "error", "parkedAt"))
        .extracting(event -> String.valueOf(event.get("error")))
        .anySatisfy(error -> assertThat(error).startsWith("not JSON"))
        .anySatisfy(error -> assertThat(error).contains("UUID"))
        .anySatisfy(error -> assertThat(error).contains("null"));
    UUID later = uid(settled());
    within(PATIENCE, () -> assertHeardAll(later, 1));
  }

  @Test
  void whilePostgresIsAwayTheAnswerSaysSoAndAllGoesOnAfterwards() throws Exception {
    // Given
    String name = settled();
    UUID waiting = UUID.randomUUID();
    String message = written(waiting, "{\"uid\":\"" + waiting + "\",\"generation\":1}");

    // When
    TestPostgres.stop();
    try {
      Instant end = Instant.now().plus(POSTGRES_AWAY);
      send(waiting.toString(), message);
      do {
        for (var answer :
            List.of(
                asking().get(NOTES + "/" + name),
                asking().get(NOTES),
                asking().get(NotesApi.PATH + "/tasks"),
                asking().body(note(freshName(), "x", 1)).post(NOTES),
                asking().body("{\"spec\":{\"copies\":2}}").patch(NOTES + "/" + name))) {
          assertProblem(answer, 503, "database-away");
          answer.then().header("Retry-After", notNullValue());
        }
      } while (Instant.now().isBefore(end));
      given().get("/q/health/ready").then().statusCode(200);
    } finally {
      TestPostgres.start();
    }

    // Then
    within(PATIENCE, () -> asking().get(NOTES + "/" + name).then().statusCode(200));
    within(PATIENCE, () -> change(name, 3));
    within(PATIENCE, () -> assertHeardAll(uid(name), 2));
    within(PATIENCE, () -> assertHeardAll(waiting, 1));
  }
}
