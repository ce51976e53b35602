package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.body;
import static io.homecloud.storage.Asking.freshName;
import static io.homecloud.testkit.Eventually.within;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Storage goes on without Kafka, and what happened meanwhile is told afterwards. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class KafkaOutageIT {
  private static final boolean SOAK = Boolean.getBoolean("homecloud.soak");
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Longer than an attempt to send, so that some fail; by default a minute is too long to wait. */
  private static final Duration AWAY = Duration.ofSeconds(SOAK ? 60 : 12);

  /** What each subject must be heard to have gone through. */
  private final Map<UUID, List<String>> expected = new LinkedHashMap<>();

  private void expect(UUID subject, String what) {
    expected.computeIfAbsent(subject, _ -> new ArrayList<>()).add("io.homecloud." + what + ".v1");
  }

  private static UUID uid(String resource) {
    return UUID.fromString(asking().get(API + resource).path("metadata.uid"));
  }

  private static void label(String volume, int value) {
    asking()
        .body("{\"metadata\":{\"labels\":{\"round\":\"r" + value + "\"}}}")
        .patch(API + "/volumes/" + volume + "?wait=60s")
        .then()
        .statusCode(200);
  }

  private static String snapshot(String volume) {
    String name = freshName();
    asking()
        .body(body(name, "{'volume':'" + volume + "'}"))
        .post(API + "/snapshots?wait=60s")
        .then()
        .statusCode(201);
    return name;
  }

  private static void delete(String resource) {
    asking().delete(API + resource + "?wait=60s").then().statusCode(204);
  }

  /** One of everything that is told of, as different wishes as there are. */
  private void live(String pool, String old, int round) {
    label(old, round);
    expect(uid("/volumes/" + old), "volume.changed");
    String name = Asking.volume(pool, "");
    UUID volume = uid("/volumes/" + name);
    expect(volume, "volume.created");
    String kept = snapshot(name);
    UUID snapshot = uid("/snapshots/" + kept);
    expect(snapshot, "snapshot.created");
    delete("/snapshots/" + kept);
    expect(snapshot, "snapshot.deleted");
    delete("/volumes/" + name);
    expect(volume, "volume.trashed");
    asking().post(API + "/trash/" + volume + "/restore?wait=60s").then().statusCode(200);
    expect(volume, "volume.restored");
    expect(volume, "volume.changed"); // it is in its place again
    delete("/volumes/" + name);
    expect(volume, "volume.trashed");
  }

  /**
   * Each in order and without gaps; again is allowed, since consumers know what they have heard.
   */
  private void assertAllIsHeard() throws EventCodec.MalformedEvent {
    Map<UUID, Map<UUID, Event>> heard = new LinkedHashMap<>();
    for (String message : TestKafka.messages("homecloud.storage")) {
      Event event = EventCodec.read(message);
      heard
          .computeIfAbsent(event.subject(), _ -> new LinkedHashMap<>())
          .putIfAbsent(event.id(), event);
    }
    expected.forEach((subject, story) -> {
      List<Event> events = List.copyOf(heard.getOrDefault(subject, Map.of()).values());
      assertThat(events).extracting(Event::type).containsExactlyElementsOf(story);
      assertThat(events)
          .extracting(Event::sequence)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, story.size()).boxed().toList());
    });
  }

  @Test
  void whileKafkaIsAwayNoRequestFailsAndAllIsToldAfterwards() {
    // Given
    String pool = Asking.pool(512L << 20);
    expect(uid("/pools/" + pool), "pool.created");
    String old = Asking.volume(pool, "");
    expect(uid("/volumes/" + old), "volume.created");
    within(PATIENCE, this::assertAllIsHeard);
    int round = 0;

    // When
    TestKafka.stop();
    try {
      Instant end = Instant.now().plus(AWAY);
      do {
        live(pool, old, round++);
      } while (Instant.now().isBefore(end));
      given().get("/q/health/ready").then().statusCode(200);
    } finally {
      TestKafka.start();
    }

    // Then
    assertThat(round).isPositive();
    within(PATIENCE, this::assertAllIsHeard);
    live(pool, old, round);
    within(PATIENCE, this::assertAllIsHeard);
  }
}
