package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.StorageCalls.delete;
import static io.homecloud.storage.StorageCalls.get;
import static io.homecloud.storage.StorageCalls.patch;
import static io.homecloud.storage.StorageCalls.post;
import static io.homecloud.storage.StorageCalls.problem;
import static io.homecloud.storage.StorageCalls.snapshot;
import static io.homecloud.storage.StorageCalls.task;
import static io.homecloud.storage.StorageCalls.uid;
import static io.homecloud.storage.StorageCalls.volume;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.emptyIterable;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskHandler.TaskResult;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.control.task.TaskState;
import io.homecloud.control.task.TaskStore;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A whole volume as it was, over HTTP: rolled back in place, or cloned beside it. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = StorageHouse.class, restrictToAnnotatedClass = true)
class RollbackAndCloneIT extends OneVolume {
  @Test
  void aVolumeIsRolledBackInPlaceAndThePresentIsKept() throws IOException {
    // Given
    patch("/volumes/" + name + "?wait=60s", "{'spec':{'quota':'100M'}}").statusCode(200);
    Files.writeString(volume.resolve("letter"), "as it was");
    Files.writeString(volume.resolve("gone"), "here");
    snapshot(name, name + "-a");
    Files.writeString(volume.resolve("letter"), "as it is");
    Files.delete(volume.resolve("gone"));
    snapshot(name, name + "-b");
    Files.writeString(volume.resolve("new"), "new");
    Path film = volume.resolve("film");
    String kept;
    String task;
    try (FileChannel writer =
        FileChannel.open(film, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      writer.write(ByteBuffer.wrap("begin".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      // When
      var rolledBack =
          task("/volumes/" + name + "/rollback", "{'snapshot':'" + name + "-a'}", "Completed");
      task = rolledBack.extract().path("id");
      kept =
          rolledBack
              .body("result.snapshot", equalTo(name + "-a"))
              .body("result.alsoKept", emptyIterable())
              .body("result.left", hasSize(1))
              .body("result.left[0].path", equalTo("film"))
              .body("result.left[0].why", equalTo("being-written"))
              .extract()
              .path("result.keptAs");
      writer.write(ByteBuffer.wrap(" and end".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    // Then
    assertThat(film).hasContent("begin and end");
    assertThat(volume.resolve("letter")).hasContent("as it was");
    assertThat(volume.resolve("gone")).hasContent("here");
    assertThat(volume.resolve("new")).doesNotExist();
    get("/volumes/" + name).body("spec.quota", equalTo("100M"));
    asking().get(API + "/snapshots/" + kept + "/files/new").then().body(equalTo("new"));
    asking().get(API + "/snapshots/" + name + "-b/files/letter").then().body(equalTo("as it is"));
    get("/snapshots?volume=" + name)
        .body("items.metadata.name", hasItem(kept))
        .body("items", hasSize(3));
    UUID uid = uid("/volumes/" + name);
    UUID keptUid = uid("/snapshots/" + kept);
    within(
        Duration.ofMinutes(1),
        () ->
            assertThat(TestKafka.messages("homecloud.storage"))
                .anyMatch(told ->
                    told.contains("io.homecloud.volume.rolled-back.v1")
                        && told.contains(uid.toString())
                        && told.contains(keptUid.toString()))
                .anyMatch(
                    told -> told.contains("io.homecloud.task.started.v1") && told.contains(task))
                .anyMatch(told ->
                    told.contains("io.homecloud.task.completed.v1") && told.contains(task)));
    assertThat(TestKafka.messages("homecloud.storage"))
        .allSatisfy(told -> assertThat(EventSchemas.violations(told)).as(told).isEmpty());
    task("/volumes/" + name + "/rollback", "{'snapshot':'" + kept + "'}", "Completed");
    assertThat(volume.resolve("new")).hasContent("new");
    assertThat(film).hasContent("begin");
  }

  @Test
  void aRollbackThatCannotBeIsAProblem() {
    // Given
    snapshot(name, name + "-a");
    String other = name + "-other";
    volume("home", other, "");
    snapshot(other, other + "-a");
    String rollback = "/volumes/" + name + "/rollback";
    // When / Then
    problem(post(rollback, "{}"), 400, "body-invalid");
    problem(post(rollback, "{'snapshot':'..'}"), 400, "name-invalid");
    problem(post(rollback, "{'snapshot':'nothing'}"), 404, "snapshot-not-found");
    problem(
        post("/volumes/nothing/rollback", "{'snapshot':'" + name + "-a'}"),
        404,
        "volume-not-found");
    problem(post(rollback, "{'snapshot':'" + other + "-a'}"), 422, "snapshot-of-another-volume");
    get("/tasks?resource=" + uid("/volumes/" + name)).body("items", emptyIterable());
    get("/snapshots?volume=" + name).body("items", hasSize(1));
  }

  @Test
  void whatATaskWorksOnIsLeftToIt() {
    // Given
    snapshot(name, name + "-a");
    UUID uid = uid("/volumes/" + name);
    Task task =
        control
            .plane()
            .tasks()
            .add(
                new TaskStore.Order(
                    "rollback",
                    new Task.Target(uid, "Volume", name),
                    "a-node-that-is-away",
                    "files",
                    Map.of("snapshot", uid("/snapshots/" + name + "-a")),
                    "test"));
    String body = "{'snapshot':'" + name + "-a'}";
    // When / Then
    problem(post("/volumes/" + name + "/rollback", body), 409, "volume-busy")
        .body("task", equalTo(task.id().toString()));
    problem(post("/snapshots/" + name + "-a/restore", "{'paths':['']}"), 409, "volume-busy");
    problem(delete("/snapshots/" + name + "-a"), 409, "snapshot-busy")
        .body("task", equalTo(task.id().toString()));
    problem(delete("/volumes/" + name), 409, "volume-busy");
    problem(post("/volumes/" + name + "/clone", "{'name':'of-a-half'}"), 409, "volume-busy");
  }

  @Test
  void noSnapshotShowsAVolumeHalfRolledBackAndNoneGoesThatIsRead() {
    // Given
    snapshot(name, name + "-a");
    var use = control.snapshotFeature().use();
    String taken = "{'metadata':{'name':'%s-b'},'spec':{'volume':'%s'}}".formatted(name, name);
    String busy = "status.conditions.find{it.type=='Ready'}.reason";
    try (var _ = use.changing(uid("/volumes/" + name));
        var _ = use.reading(List.of(uid("/snapshots/" + name + "-a")))) {
      // When
      post("/snapshots", taken).statusCode(201);
      delete("/snapshots/" + name + "-a").statusCode(202);
      problem(
          post("/volumes/" + name + "/clone", "{'name':'c','snapshot':'" + name + "-b'}"),
          409,
          "snapshot-not-ready");
      // Then
      within(
          Duration.ofMinutes(2),
          () -> {
            get("/snapshots/" + name + "-b").body(busy, equalTo("Busy"));
            get("/snapshots/" + name + "-a").body(busy, equalTo("Busy"));
          });
    }
    within(
        Duration.ofMinutes(2),
        () -> {
          get("/snapshots/" + name + "-b").body(busy, equalTo("Ready"));
          get("/snapshots/" + name + "-a").statusCode(404);
        });
  }

  @Test
  void aRollbackThatWasCutShortIsFinishedWhenItIsTakenUp() throws IOException {
    // Given
    for (int i = 0; i < 400; i++) {
      Files.writeString(volume.resolve("f" + i), "before " + i);
    }
    snapshot(name, name + "-a");
    for (int i = 0; i < 400; i++) {
      Files.writeString(volume.resolve("f" + i), "after it " + i);
    }
    TaskHandler rollback =
        control.putBackFeature().tasks().stream()
            .filter(handler -> handler.action().equals("rollback"))
            .findFirst()
            .orElseThrow();
    Task task = running("rollback", uid("/snapshots/" + name + "-a"));
    // When
    TaskResult first = rollback.run(task, new StopsAfter(150));
    TaskResult second = rollback.run(task, new StopsAfter(Integer.MAX_VALUE));
    // Then
    assertThat(first).isInstanceOf(TaskResult.Stopped.class);
    assertThat(second).isInstanceOf(TaskResult.Done.class);
    for (int i = 0; i < 400; i++) {
      assertThat(volume.resolve("f" + i)).hasContent("before " + i);
    }
    List<String> kept =
        get("/snapshots?labelSelector=homecloud.io/before-task=" + task.id())
            .body("items", hasSize(2))
            .extract()
            .path("items.metadata.name");
    assertThat(((TaskResult.Done) second).result())
        .extracting("keptAs", "alsoKept")
        .extracting(Object::toString)
        .allMatch(text -> kept.stream().anyMatch(text::contains));
    assertThat(top()).noneMatch(file -> file.toString().startsWith(".homecloud"));
  }

  private Task running(String action, UUID snapshot) {
    return new Task(
        UUID.randomUUID(),
        action,
        new Task.Target(uid("/volumes/" + name), "Volume", name),
        "testnode",
        "files",
        "{\"snapshot\":\"" + snapshot + "\",\"snapshotName\":\"" + name + "-a\"}",
        TaskState.Running,
        new Task.Progress(0, 0, ""),
        "",
        null,
        false,
        Map.of(),
        List.of(),
        Instant.now(),
        "test",
        null,
        null);
  }

  /** Asked to stop when it was asked that often, as at a shutdown in the middle of the work. */
  private static final class StopsAfter implements TaskProgress {
    private int left;

    StopsAfter(int left) {
      this.left = left;
    }

    @Override
    public void report(long done, long total, String unit) {}

    @Override
    public boolean cancelled() {
      return --left < 0;
    }
  }

  @Test
  void aCloneIsAVolumeOfItsOwnThatPaysForWhatIsNew() throws IOException {
    // Given
    patch("/volumes/" + name + "?wait=60s", "{'spec':{'quota':'300M','mode':'0750'}}")
        .statusCode(200);
    byte[] much = new byte[20 << 20];
    new java.util.Random(1).nextBytes(much);
    Files.write(volume.resolve("film"), much);
    snapshot(name, name + "-a");
    Files.delete(volume.resolve("film"));
    // When
    Path then =
        Path.of(
            post(
                    "/volumes/" + name + "/clone?wait=120s",
                    "{'name':'%s-c','snapshot':'%s-a','labels':{'for':'test'}}"
                        .formatted(name, name))
                .statusCode(201)
                .header("Location", endsWith("/volumes/" + name + "-c"))
                .body("metadata.labels.for", equalTo("test"))
                .body("spec.mode", equalTo("0750"))
                .extract()
                .<String>path("status.mountPath"));
    Path now =
        Path.of(
            post(
                    "/volumes/" + name + "/clone?wait=120s",
                    "{'name':'%s-d','quota':'1G'}".formatted(name))
                .statusCode(201)
                .body("spec.quota", equalTo("1G"))
                .extract()
                .<String>path("status.mountPath"));
    // Then
    assertThat(then.resolve("film")).hasBinaryContent(much);
    assertThat(now).isEmptyDirectory();
    Files.writeString(then.resolve("own"), "of the clone");
    assertThat(volume.resolve("own")).doesNotExist();
    long used =
        control
            .node()
            .volumes()
            .usage(pool(), new VolumeId(uid("/volumes/" + name + "-c")))
            .orElseThrow()
            .used();
    assertThat(used).isLessThan(1 << 20);
    Path catalogue =
        pool().root().resolve(".homecloud/volumes/" + uid("/volumes/" + name + "-c") + ".json");
    assertThat(catalogue).content().contains("\"source\"").contains(name + "-c");
    delete("/volumes/" + name + "-c?wait=120s").statusCode(204);
    asking().get(API + "/snapshots/" + name + "-a/files/film").then().statusCode(200);
  }

  @Test
  void aCloneIsNotToldToGoForASnapshotThatIsKnown() {
    // Given
    snapshot(name, name + "-a");
    Place.Snapshot place =
        new Place.Snapshot(
            new VolumeId(uid("/volumes/" + name)),
            new SnapshotId(uid("/snapshots/" + name + "-a")));
    var _ = control.node().volumes().delete(pool(), place);
    // When
    post("/volumes/" + name + "/clone", "{'name':'%s-c','snapshot':'%s-a'}".formatted(name, name))
        .statusCode(201);
    // Then
    within(
        Duration.ofMinutes(2),
        () ->
            get("/volumes/" + name + "-c")
                .body(
                    "status.conditions.find{it.type=='Ready'}.message",
                    equalTo(
                        "Snapshot %s-a, which it is to be a copy of, is not on its pool; its conditions say why."
                            .formatted(name))));
    delete("/volumes/" + name + "-c?wait=120s").statusCode(204);
  }

  @Test
  void aCloneThatCannotBeIsAProblem() {
    // Given
    snapshot(name, name + "-a");
    String other = name + "-other";
    volume("home", other, "");
    snapshot(other, other + "-a");
    String clone = "/volumes/" + name + "/clone";
    // When / Then
    problem(post(clone, "{}"), 400, "body-invalid");
    problem(post(clone, "{'name':'-rf'}"), 400, "name-invalid");
    problem(post(clone, "{'name':'" + other + "'}"), 409, "name-taken");
    problem(post(clone, "{'name':'c','snapshot':'nothing'}"), 404, "snapshot-not-found");
    problem(post("/volumes/nothing/clone", "{'name':'c'}"), 404, "volume-not-found");
    problem(
        post(clone, "{'name':'c','snapshot':'" + other + "-a'}"),
        422,
        "snapshot-of-another-volume");
    problem(post(clone, "{'name':'c','labels':{'a b':'c'}}"), 400, "body-invalid");
    problem(
        post(
            "/volumes",
            "{'metadata':{'name':'c'},'spec':{'pool':'home','source':{'volume':'%s'}}}"
                .formatted(UUID.randomUUID())),
        404,
        "volume-not-found");
    get("/volumes/c").statusCode(404);
    get("/volumes").body("items.findAll{it.metadata.name.startsWith('c')}", emptyIterable());
  }
}
