package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.body;
import static io.homecloud.storage.Asking.freshName;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Pi has no clock of its own: after a power cut it is 1970 until somebody tells the time. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class WrongClockIT {
  private static final Instant LONG_AGO = Instant.parse("1970-01-01T00:00:20Z");

  @Inject TestClock clock;
  @Inject StorageControl control;

  @AfterEach
  void setRight() {
    clock.setRight();
  }

  private String trashed(String pool) {
    String volume = Asking.volume(pool, "");
    asking().delete(API + "/volumes/" + volume + "?wait=120s").then().statusCode(204);
    return asking()
        .get(API + "/trash?limit=1000")
        .path("items.find{it.spec.volume=='" + volume + "'}.metadata.name");
  }

  private ValidatableResponse lookedAt(String resource) {
    String uid = asking().get(API + resource).path("metadata.uid");
    control.plane().wake(UUID.fromString(uid));
    return asking().get(API + resource).then();
  }

  private static List<String> taken(String schedule) {
    return asking()
        .get(API + "/snapshots?labelSelector=homecloud.io/schedule=" + schedule)
        .path("items.metadata.name");
  }

  /** A piece of an upload, or the question how much of it is here. */
  private static String piece(String volume, String range, byte[] content) {
    return Asking.upload(Asking.files(volume, "upload"), content, "Content-Range", range).body();
  }

  @Test
  void nothingIsDeletedUntilTheClockIsRight() {
    // Given
    String pool = Asking.pool(128L << 20);
    String volume = Asking.volume(pool, "");
    String before = trashed(pool);
    assertThat(piece(volume, "bytes 0-4/10", new byte[5])).isEqualTo("{\"offset\":5}");
    clock.set(LONG_AGO);
    String schedule = freshName();
    String spec = "{'volume':'" + volume + "','schedule':'* * * * *','retention':{'last':1}}";
    asking()
        .body(body(schedule, spec))
        .post(API + "/snapshot-schedules?wait=120s")
        .then()
        .statusCode(201);
    String uid = asking().get(API + "/snapshot-schedules/" + schedule).path("metadata.uid");
    for (int i = 0; i < 3; i++) {
      String labelled =
          body(freshName(), "{'volume':'" + volume + "'}")
              .replace(
                  "\"},\"spec",
                  "\",\"labels\":{\"homecloud.io/schedule\":\"" + uid + "\"}},\"spec");
      asking().body(labelled).post(API + "/snapshots?wait=120s").then().statusCode(201);
    }
    // When
    String meanwhile = trashed(pool);
    // Then
    for (String waits :
        List.of(
            "/snapshot-schedules/" + schedule,
            "/trash/" + before,
            "/trash/" + meanwhile,
            "/pools/" + pool)) {
      eventually(() ->
          lookedAt(waits)
              .statusCode(200)
              .body(
                  "status.conditions.find{it.type=='ClockTrusted'}.reason",
                  equalTo("ClockImplausible")));
    }
    assertThat(taken(uid)).hasSizeGreaterThanOrEqualTo(3);
    lookedAt("/volumes/" + volume).statusCode(200);
    assertThat(piece(volume, "bytes */10", new byte[0])).isEqualTo("{\"offset\":5}");
    // When
    clock.setRight();
    // Then
    eventually(() -> {
      lookedAt("/snapshot-schedules/" + schedule)
          .body("status.conditions.find{it.type=='ClockTrusted'}", equalTo(null));
      assertThat(taken(uid)).hasSize(1);
    });
    eventually(() ->
        assertThat(
                Instant.parse(lookedAt("/trash/" + meanwhile).extract().path("status.expiresAt")))
            .isAfter(Instant.now().plus(Duration.ofDays(6))));
    // When
    clock.set(Instant.now().plus(Duration.ofDays(8)));
    // Then
    for (String entry : List.of(before, meanwhile)) {
      UUID gone = UUID.fromString(entry);
      eventually(() -> {
        control.plane().wake(gone);
        asking().get(API + "/trash/" + entry).then().statusCode(404);
      });
    }
    eventually(() -> {
      lookedAt("/volumes/" + volume).statusCode(200);
      assertThat(piece(volume, "bytes */10", new byte[0])).isEqualTo("{\"offset\":0}");
    });
  }
}
