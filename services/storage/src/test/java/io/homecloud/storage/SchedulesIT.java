package io.homecloud.storage;

import static io.homecloud.storage.StorageCalls.delete;
import static io.homecloud.storage.StorageCalls.get;
import static io.homecloud.storage.StorageCalls.patch;
import static io.homecloud.storage.StorageCalls.post;
import static io.homecloud.storage.StorageCalls.problem;
import static io.homecloud.storage.StorageCalls.uid;
import static io.homecloud.storage.StorageCalls.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyIterable;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.schedule.ScheduleStatus;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schedules of snapshots, over HTTP. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = StorageHouse.class, restrictToAnnotatedClass = true)
class SchedulesIT {
  @Inject StorageControl control;

  @BeforeEach
  void makePool() {
    StorageCalls.pool("home", 2L << 30);
  }

  private Path noted(String kind, String name) {
    MountedPool pool = control.pools().require(uid("/pools/home"));
    return pool.root()
        .resolve(".homecloud/%s/%s.json".formatted(kind, uid("/" + kind + "/" + name)));
  }

  @Test
  void aScheduleKeepsWhatItsRetentionSaysAndNeverDeletesTheLastGoodOne() {
    // Given
    volume("home", "scheduled", "");
    post(
            "/snapshot-schedules?wait=120s",
            """
            {'metadata':{'name':'nightly','labels':{'a':'b'}},
             'spec':{'volume':'scheduled','schedule':'15 3 1 1 *','timeZone':'Europe/Berlin','jitter':'5m'}}
            """)
        .statusCode(201)
        .body("metadata.createdBy", not(equalTo("")))
        .body("status.nextRun", containsString("-01-01T02:"));
    List<String> taken = new ArrayList<>();
    for (String pinned : List.of("true", "false", "false")) {
      String name = "nightly-" + taken.size();
      taken.add(name);
      post(
              "/snapshots?wait=120s",
              """
              {'metadata':{'name':'%s','labels':{'homecloud.io/schedule':'%s'}},
               'spec':{'volume':'scheduled','pinned':%s}}
              """
                  .formatted(name, uid("/snapshot-schedules/nightly"), pinned))
          .statusCode(201);
    }
    get("/snapshot-schedules/nightly/preview")
        .statusCode(200)
        .body("keep", contains(true, true, true));
    // When
    patch("/snapshot-schedules/nightly", "{'spec':{'suspended':true,'retention':{'yearly':1}}}")
        .statusCode(200);
    // Then
    get("/snapshot-schedules/nightly/preview")
        .statusCode(200)
        .body("find{it.snapshot=='nightly-0'}.reasons", hasItem("pinned"))
        .body("find{it.snapshot=='nightly-1'}.keep", equalTo(false))
        .body("find{it.snapshot=='nightly-2'}.reasons", hasItems("the newest good one", "yearly"));
    get("/snapshots?volume=scheduled").body("items", hasSize(3));
    var tasks = control.plane().tasks();
    var restore =
        tasks.add(
            new TaskStore.Order(
                "restore",
                new Task.Target(uid("/volumes/scheduled"), "Volume", "scheduled"),
                "a-node-that-is-away",
                "files",
                Map.of("snapshot", uid("/snapshots/nightly-1")),
                "test"));
    patch("/snapshot-schedules/nightly?wait=120s", "{'spec':{'suspended':false}}").statusCode(200);
    control.plane().wake(uid("/snapshot-schedules/nightly"));
    get("/snapshots?volume=scheduled").body("items", hasSize(3));
    control
        .plane()
        .database()
        .useTransaction(transaction ->
            transaction.handle().execute("delete from task where id = ?", restore.id()));
    control.plane().wake(uid("/snapshot-schedules/nightly"));
    eventually(() ->
        get("/snapshots?volume=scheduled")
            .body("items.metadata.name", contains("nightly-0", "nightly-2")));
    assertThat(noted("snapshot-schedules", "nightly"))
        .content()
        .contains("Europe/Berlin", "\"yearly\":1", "\"a\":\"b\"");
    delete("/snapshot-schedules/nightly?wait=120s").statusCode(204);
    get("/snapshots?volume=scheduled").body("items", hasSize(2));
  }

  @Test
  void aRunThatWasMissedIsMadeUpForOnce() {
    // Given
    volume("home", "missed", "");
    post(
            "/snapshot-schedules?wait=120s",
            """
            {'metadata':{'name':'new-year'},'spec':{'volume':'missed','schedule':'0 0 1 1 *'}}
            """)
        .statusCode(201);
    UUID schedule = uid("/snapshot-schedules/new-year");
    Instant longAgo = Instant.parse("2021-05-05T05:05:05Z");
    // When
    control
        .plane()
        .resources()
        .useTransaction(transaction ->
            control
                .plane()
                .resources()
                .observe(
                    transaction,
                    schedule,
                    new ScheduleStatus(longAgo, null, null, 1, List.of()),
                    List.of()));
    control.plane().wake(schedule);
    // Then
    String year = String.valueOf(java.time.Year.now(java.time.ZoneOffset.UTC).getValue());
    eventually(() ->
        get("/snapshots?volume=missed")
            .body("items.metadata.name", contains("new-year-" + year + "0101-000000"))
            .body("items[0].metadata.createdBy", equalTo("schedule:new-year")));
  }

  @Test
  void aScheduleThatCannotBeIsAProblem() {
    // Given
    volume("home", "unscheduled", "");
    String form = "{'metadata':{'name':'wrong'},'spec':{'volume':'unscheduled','schedule':'%s'%s}}";
    String path = "/snapshot-schedules";
    // When / Then
    problem(post(path, form.formatted("every day", "")), 422, "value-invalid");
    problem(post(path, form.formatted("61 * * * *", "")), 422, "value-invalid");
    problem(post(path, form.formatted("0 * * * *", ",'timeZone':'Nowhere'")), 422, "value-invalid");
    problem(post(path, form.formatted("0 * * * *", ",'jitter':'2d'")), 422, "value-invalid");
    problem(
        post(path, form.formatted("0 * * * *", ",'retention':{'daily':-1}")), 400, "body-invalid");
    problem(post(path, form.formatted("0 * * * *", ",'every':1")), 400, "body-invalid");
    problem(
        post(path, form.formatted("0 * * * *", "").replace("unscheduled", "nothing")),
        404,
        "volume-not-found");
    problem(get(path + "/nothing/preview"), 404, "not-found");
    get(path + "/wrong").statusCode(404);
    get("/snapshots?volume=unscheduled").body("items", emptyIterable());
    problem(get("/snapshots?volume=nothing"), 404, "volume-not-found");
  }

  /** As if it had run last then. */
  private UUID ranLast(String schedule, Instant when) {
    UUID uid = uid("/snapshot-schedules/" + schedule);
    ResourceStore store = control.plane().resources();
    store.useTransaction(transaction ->
        store.observe(
            transaction, uid, new ScheduleStatus(when, null, null, 1, List.of()), List.of()));
    control.plane().wake(uid);
    return uid;
  }

  @Test
  void whatAClockThatWasAheadWroteDownStopsNoSchedule() {
    // Given
    volume("home", "ahead", "");
    post(
            "/snapshot-schedules",
            "{'metadata':{'name':'ahead'},'spec':{'volume':'ahead','schedule':'0 0 1 1 *'}}")
        .statusCode(201);
    // When
    ranLast("ahead", Instant.parse("2040-01-01T00:00:00Z"));
    // Then
    eventually(() ->
        assertThat(Instant.parse(get("/snapshot-schedules/ahead").extract().path("status.lastRun")))
            .isBeforeOrEqualTo(Instant.now()));
  }

  @Test
  void aSnapshotThatCannotBeTakenIsSaidAndIsNotTakenUnderAnOldName() {
    // Given
    volume("home", "hindered", "");
    post(
            "/snapshot-schedules",
            "{'metadata':{'name':'late'},'spec':{'volume':'hindered','schedule':'0 0 1 1 *'}}")
        .statusCode(201);
    String ready = "status.conditions.find{it.type=='Ready'}.";
    String year = String.valueOf(java.time.Year.now(java.time.ZoneOffset.UTC).getValue());
    String newer = "late-" + year + "0101-000100";
    try (var _ = control.snapshotFeature().use().changing(uid("/volumes/hindered"))) {
      // When
      UUID schedule = ranLast("late", Instant.parse("2021-05-05T05:05:05Z"));
      eventually(() -> {
        control.plane().wake(schedule);
        get("/snapshot-schedules/late")
            .body(ready + "reason", equalTo("SnapshotNotTaken"))
            .body(ready + "message", containsString("late-" + year + "0101-000000"));
      });
      patch("/snapshot-schedules/late", "{'spec':{'schedule':'1 0 1 1 *'}}").statusCode(200);
      // Then
      eventually(
          () -> get("/snapshots?volume=hindered").body("items.metadata.name", contains(newer)));
    }
    eventually(() -> get("/snapshots/" + newer).body(ready + "status", equalTo("True")));
    control.plane().wake(uid("/snapshot-schedules/late"));
    eventually(() -> get("/snapshot-schedules/late").body(ready + "status", equalTo("True")));
  }

  @Test
  void schedulesWhoseNamesBeginTheSameTakeEachItsOwn() {
    // Given
    volume("home", "twins", "");
    String same = "the-same-beginning-of-a-name-that-is-very-long-";
    for (String name : List.of(same + "a", same + "b")) {
      post(
              "/snapshot-schedules",
              "{'metadata':{'name':'%s'},'spec':{'volume':'twins','schedule':'0 0 1 1 *'}}"
                  .formatted(name))
          .statusCode(201);
    }
    Instant longAgo = Instant.parse("2021-05-05T05:05:05Z");
    // When
    List<UUID> schedules = Stream.of("a", "b").map(end -> ranLast(same + end, longAgo)).toList();
    // Then
    eventually(() ->
        assertThat(
                get("/snapshots?volume=twins")
                    .extract()
                    .<List<String>>path("items.metadata.labels.'homecloud.io/schedule'"))
            .containsExactlyInAnyOrderElementsOf(schedules.stream().map(UUID::toString).toList()));
  }

  @Test
  void whatIsDeletedWhileItsVolumeLiesInTheTrashDoesNotComeBackFromTheDisk() {
    // Given
    volume("home", "thrown", "");
    post(
            "/snapshot-schedules?wait=120s",
            "{'metadata':{'name':'thrown'},'spec':{'volume':'thrown','schedule':'0 0 1 1 *'}}")
        .statusCode(201);
    Path note = noted("snapshot-schedules", "thrown");
    assertThat(note).exists();
    delete("/volumes/thrown?wait=120s");
    assertThat(note).exists();
    // When
    delete("/snapshot-schedules/thrown?wait=120s");
    // Then
    eventually(() -> get("/snapshot-schedules/thrown").statusCode(404));
    assertThat(note).doesNotExist();
  }

  /** In the trash, with its schedule asleep; its id there. */
  private static UUID thrownAway(String volume) {
    UUID id = uid("/volumes/" + volume);
    delete("/volumes/" + volume + "?wait=120s").statusCode(204);
    return id;
  }

  @Test
  void aVolumeThatComesBackUnderAnotherNameBringsItsSnapshotsAndSchedulesAlong() {
    // Given
    volume("home", "papers", "");
    StorageCalls.snapshot("papers", "papers-a");
    post(
            "/snapshot-schedules?wait=120s",
            "{'metadata':{'name':'papers'},'spec':{'volume':'papers','schedule':'0 0 1 1 *'}}")
        .statusCode(201);
    UUID trashed = thrownAway("papers");
    volume("home", "papers", "");
    StorageCalls.snapshot("papers", "papers-b");

    // When
    post("/trash/" + trashed + "/restore?wait=120s", "{'as':'old-papers'}").statusCode(200);

    // Then
    String ready = "status.conditions.find{it.type=='Ready'}.status";
    for (String path : List.of("/snapshots/papers-a", "/snapshot-schedules/papers")) {
      eventually(
          () -> get(path).body("spec.volume", equalTo("old-papers")).body(ready, equalTo("True")));
      eventually(() ->
          assertThat(noted(path.split("/", -1)[1], path.split("/", -1)[2]))
              .content()
              .contains("\"old-papers\""));
    }
    get("/snapshots/papers-b").body("spec.volume", equalTo("papers"));
    get("/snapshots?volume=papers").body("items.metadata.name", contains("papers-b"));
    ranLast("papers", Instant.parse("2021-05-05T05:05:05Z"));
    eventually(() ->
        get("/snapshots?volume=old-papers")
            .body("items.spec.volume", contains("old-papers", "old-papers")));
  }

  @Test
  void aScheduleGoesOnWhenItsVolumeIsBackFromTheTrash() {
    // Given
    volume("home", "back", "");
    post(
            "/snapshot-schedules?wait=120s",
            "{'metadata':{'name':'back'},'spec':{'volume':'back','schedule':'0 0 1 1 *'}}")
        .statusCode(201);
    UUID trashed = thrownAway("back");
    String ready = "status.conditions.find{it.type=='Ready'}.";
    control.plane().wake(uid("/snapshot-schedules/back"));
    eventually(
        () -> get("/snapshot-schedules/back").body(ready + "reason", equalTo("VolumeNotReady")));

    // When
    post("/trash/" + trashed + "/restore?wait=120s", "").statusCode(200);

    // Then
    eventually(() -> get("/snapshot-schedules/back").body(ready + "status", equalTo("True")));
  }
}
