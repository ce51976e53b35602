package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.completed;
import static io.homecloud.backup.Asking.condition;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.runs;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What plans do as time goes by, also when the clock is wrong. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class SchedulesIT {
  private static final String DAILY = ",'schedule':'0 3 * * *'";

  @Inject TestClock clock;
  @Inject BackupControl control;

  @AfterEach
  void setRight() {
    clock.setRight();
  }

  private Response lookedAt(String plan) {
    return Asking.lookedAt(control, API + "/plans/" + plan);
  }

  /** The clock is right again, and believed as one that NTP keeps right. */
  private void rightAndBelieved() {
    clock.setRight();
    control
        .plane()
        .database()
        .useTransaction(transaction -> {
          int _ =
              transaction
                  .handle()
                  .execute("update resource set created_at = now() where created_at > now()");
        });
  }

  @Test
  void whatWasMissedIsMadeUpForOnce() throws IOException {
    // Given: nobody was there for three days
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    clock.set(Instant.now().minus(Duration.ofDays(3)));
    plan(name, name, name, DAILY);
    assertThat(runs(name)).isEmpty();

    // When
    clock.setRight();
    Response _ = lookedAt(name);

    // Then
    eventually(() -> {
      Response plan = asking().get(API + "/plans/" + name);
      assertThat(plan.<String>path("status.lastSuccess")).isNotNull();
      assertThat(plan.<String>path("status.lastDue")).isNotNull();
      assertThat(condition(plan, "Overdue", "status")).isEqualTo("False");
    });
    Response _ = lookedAt(name);
    assertThat(runs(name)).hasSize(1);
    assertThat(Instant.parse(asking().get(API + "/plans/" + name).path("status.nextRun")))
        .isAfter(Instant.now());
  }

  @Test
  void whatAClockThatWasAheadWroteDownStopsNoPlan() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, DAILY);
    clock.set(Instant.parse("2040-01-01T12:00:00Z"));
    Response _ = lookedAt(name);
    // While one is under way nothing else that is due begins.
    completed(name, 1);
    eventually(() ->
        assertThat(asking().get(API + "/plans/" + name).<String>path("status.lastDue"))
            .startsWith("2040"));

    // When
    clock.setRight();
    Response _ = lookedAt(name);
    eventually(() ->
        assertThat(Instant.parse(asking().get(API + "/plans/" + name).path("status.lastDue")))
            .isBeforeOrEqualTo(Instant.now()));
    clock.set(Instant.now().plus(Duration.ofDays(2)));
    Response _ = lookedAt(name);

    // Then
    eventually(() -> assertThat(runs(name)).hasSize(2));
  }

  @Test
  void aRunOfAClockThatWasAheadIsNotTheNewestForYears() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("btrfs", 200L << 20));
    plan(name, name, name, "");
    clock.set(Instant.parse("2040-01-01T12:00:00Z"));
    Response ahead = run(name);
    assertThat(ahead.<String>path("status.state")).isEqualTo("Completed");

    // When: it is right again, and believed as one that NTP keeps right
    rightAndBelieved();
    Response right = run(name);
    assertThat(right.<String>path("status.state")).isEqualTo("Completed");

    // Then
    eventually(() ->
        assertThat(lookedAt(name).<String>path("status.lastRun"))
            .isEqualTo(right.path("metadata.name")));
    String page = asking().accept("text/html").get("/backups/plans/" + name).asString();
    assertThat(page).contains(right.<String>path("metadata.name"));
    assertThat(page)
        .containsPattern(
            "Last good \\d+ \\w+ " + right.<String>path("status.completedAt").substring(0, 4));
    assertThat(page.indexOf(right.<String>path("metadata.name")))
        .isLessThan(page.indexOf(ahead.<String>path("metadata.name")));
  }

  @Test
  void whatAClockThatWasAheadCopiedIsNothingThatLaterRunsBeginWith() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "a");
    Path root = repository(name, target("btrfs", 200L << 20));
    plan(name, name, name, "");
    clock.set(Instant.parse("2040-01-01T12:00:00Z"));
    Response ahead = run(name);
    rightAndBelieved();
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    Path index = BackupHouse.disks().directory().resolve("backup/index");
    eventually(() -> assertThat(indexed(index, name)).hasSize(2).first().isEqualTo(uid(ahead)));

    // When
    file(files, "b.txt", "b");
    Response right = run(name);

    // Then
    assertThat(right.<String>path("status.state")).as(right.asString()).isEqualTo("Completed");
    assertThat(right.<String>path("status.looked.how")).as(right.asString()).isEqualTo("Changes");
    assertThat(root.resolve(name + "/latest").toRealPath())
        .isEqualTo(root.resolve(right.<String>path("status.tree")).toRealPath());
    // The index was gone on with, not made anew in another order.
    eventually(() -> {
      List<UUID> runs = indexed(index, name);
      assertThat(runs).hasSize(3).first().isEqualTo(uid(ahead));
      assertThat(runs).last().isEqualTo(uid(right));
    });
    eventually(() -> assertThat(Asking.snapshotsOf(ahead)).isEmpty());
    assertThat(Asking.snapshotsOf(right)).hasSize(1);
  }

  private static UUID uid(Response run) {
    return UUID.fromString(run.path("metadata.uid"));
  }

  /** The runs that a plan's index has, as it has them. */
  private static List<UUID> indexed(Path index, String plan) throws IOException {
    Path runs = index.resolve(plan + "." + plan + ".index.runs");
    List<String> uids =
        Files.exists(runs) ? JsonPath.from(Files.readString(runs)).getList("runs.uid") : List.of();
    return uids.stream().map(UUID::fromString).toList();
  }

  @Test
  void aPlanWithoutSuccessIsOverdueLoudly() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path disk = target("ext4", 64L << 20);
    Path _ = repository(name, disk);
    eventually(() -> Shell.must("umount", disk.toString()));
    clock.set(Instant.now().minus(Duration.ofDays(4)));
    plan(name, name, name, DAILY);

    // When
    clock.setRight();

    // Then
    eventually(() -> assertThat(condition(lookedAt(name), "Overdue", "status")).isEqualTo("True"));
    eventually(() -> {
      List<String> told =
          TestKafka.messages("homecloud.backup").stream()
              .filter(message ->
                  message.contains("io.homecloud.backup.overdue.v1") && message.contains(name))
              .toList();
      assertThat(told).hasSize(1);
      assertThat(EventSchemas.violations(told.getFirst())).isEmpty();
    });
  }

  @Test
  void aRunOfAClockThatIsADayBehindIsNotTakenForTheLatest() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "a");
    Path root = repository(name, target("btrfs", 200L << 20));
    plan(name, name, name, "");
    Response today = run(name);
    Path first = root.resolve(today.<String>path("status.tree")).toRealPath();

    // When
    clock.set(Instant.now().minus(Duration.ofDays(1)));
    file(files, "b.txt", "b");
    Response behind = run(name);

    // Then
    assertThat(behind.<String>path("status.state")).as(behind.asString()).isEqualTo("Completed");
    assertThat(root.resolve(behind.<String>path("status.tree") + "/" + name + "/b.txt"))
        .hasContent("b");
    assertThat(root.resolve(name + "/latest").toRealPath()).isEqualTo(first);

    // And when it is right again
    clock.setRight();
    Response next = run(name);

    // Then
    assertThat(next.<String>path("status.state")).as(next.asString()).isEqualTo("Completed");
    assertThat(root.resolve(name + "/latest").toRealPath())
        .isEqualTo(root.resolve(next.<String>path("status.tree")).toRealPath());
    assertThat(root.resolve(name + "/latest/" + name + "/b.txt")).hasContent("b");
    assertThat(runs(name)).hasSize(3);
  }

  @Test
  void nothingIsDeletedUntilTheClockIsRight() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("btrfs", 200L << 20));
    plan(name, name, name, "");
    for (int i = 0; i < 2; i++) {
      assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    }
    clock.set(Instant.parse("1970-01-01T00:00:20Z"));

    // When
    asking()
        .body("{\"spec\":{\"retention\":{\"last\":1}}}")
        .patch(API + "/plans/" + name + "?wait=60s")
        .then()
        .statusCode(200);

    // Then
    eventually(() ->
        assertThat(condition(lookedAt(name), "ClockTrusted", "reason"))
            .isEqualTo("ClockImplausible"));
    assertThat(runs(name)).hasSize(2);

    // And when
    clock.setRight();

    // Then
    eventually(() -> {
      Response _ = lookedAt(name);
      assertThat(runs(name)).hasSize(1);
    });
  }
}
