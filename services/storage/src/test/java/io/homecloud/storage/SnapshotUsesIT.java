package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.StorageCalls.get;
import static io.homecloud.storage.StorageCalls.patch;
import static io.homecloud.storage.StorageCalls.post;
import static io.homecloud.storage.StorageCalls.problem;
import static io.homecloud.storage.StorageCalls.snapshot;
import static io.homecloud.storage.StorageCalls.task;
import static io.homecloud.storage.StorageCalls.uid;
import static io.homecloud.storage.StorageCalls.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyIterable;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.homecloud.control.Name;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What snapshots are good for, over HTTP: comparing and restoring. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = StorageHouse.class, restrictToAnnotatedClass = true)
class SnapshotUsesIT extends OneVolume {
  @Test
  void aDiffTellsWhatWasDoneSinceThenPageByPage() throws IOException {
    // Given
    Files.createDirectory(volume.resolve("letters"));
    Files.writeString(volume.resolve("letters/old"), "x".repeat(5000));
    Files.writeString(volume.resolve("changed"), "before");
    Files.writeString(volume.resolve("gone"), "");
    snapshot(name, name + "-a");
    Files.move(volume.resolve("letters/old"), volume.resolve("letters/new"));
    Files.writeString(volume.resolve("changed"), "after it");
    Files.delete(volume.resolve("gone"));
    asking().body("x").put(API + "/volumes/" + name + "/files/a%20%FF").then().statusCode(201);
    snapshot(name, name + "-b");
    VolumeId id = new VolumeId(uid("/volumes/" + name));
    // A comparison with now that was killed left its snapshot.
    var _ = control.node().volumes().snapshot(pool(), id, SnapshotId.passing(id));
    for (String with : List.of(name + "-b", "now")) {
      // When
      List<Map<String, Object>> all = new ArrayList<>();
      String diff = "/snapshots/" + name + "-a/diff?limit=2&with=" + with;
      var first = get(diff).statusCode(200);
      first
          .body("to", equalTo(with))
          .body("items", hasSize(2))
          .body("totals.added", equalTo(1))
          .body("totals.renamed", equalTo(1));
      all.addAll(first.extract().path("items"));
      String next = first.extract().path("metadata.continue");
      var second = get(diff + "&continue=" + next).statusCode(200);
      second.body("metadata.continue", nullValue());
      all.addAll(second.extract().path("items"));
      // Then
      assertThat(all)
          .extracting(change -> change.get("change") + " " + change.get("path"))
          .containsExactly(
              "added a%20%FF", "changed changed", "deleted gone", "renamed letters/new");
      assertThat(all.get(3)).containsEntry("from", "letters/old").containsEntry("size", 5000);
      assertThat(all.get(1).get("aspects"))
          .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
          .contains("content");
    }
    get("/snapshots/" + name + "-b/diff?with=" + name + "-b")
        .statusCode(200)
        .body("items", emptyIterable());
    List<SnapshotId> there = control.node().volumes().snapshots(pool(), id);
    assertThat(there)
        .extracting(SnapshotId::value)
        .containsExactlyInAnyOrder(
            uid("/snapshots/" + name + "-a"), uid("/snapshots/" + name + "-b"));
  }

  @Test
  void aDiffOfWhatCannotBeComparedIsAProblem() {
    // Given
    snapshot(name, name + "-a");
    String other = name + "-other";
    volume("home", other, "");
    snapshot(other, other + "-a");
    String diff = "/snapshots/" + name + "-a/diff";
    // When / Then
    problem(get("/snapshots/nothing/diff?with=now"), 404, "snapshot-not-found");
    problem(get(diff), 400, "parameter-invalid");
    problem(get(diff + "?with=nothing"), 404, "snapshot-not-found");
    problem(get(diff + "?with=../x"), 400, "name-invalid");
    problem(get(diff + "?with=" + other + "-a"), 422, "snapshot-of-another-volume");
    problem(get(diff + "?with=now&limit=0"), 400, "parameter-invalid");
    problem(get(diff + "?with=now&continue=x"), 400, "continue-invalid");
    String forged =
        java.util.Base64.getUrlEncoder()
            .encodeToString(
                ("1:" + uid("/snapshots/" + name + "-a") + ".now-../../x 0")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    problem(get(diff + "?with=now&continue=" + forged), 400, "continue-invalid");
    String forgotten =
        java.util.Base64.getUrlEncoder()
            .encodeToString(
                ("1:" + uid("/snapshots/" + name + "-a") + ".now-" + UUID.randomUUID() + " 0")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    problem(get(diff + "?with=now&continue=" + forgotten), 400, "continue-invalid");
  }

  @Test
  void filesComeBackToTheirPlacesOrBesideThem() throws IOException {
    // Given
    Files.createDirectories(volume.resolve("photos/2019"));
    Files.writeString(volume.resolve("photos/2019/a b.jpg"), "picture");
    Files.writeString(volume.resolve("letter"), "as it was");
    Files.createSymbolicLink(volume.resolve("link"), Path.of("/etc/passwd"));
    snapshot(name, name + "-a");
    Files.delete(volume.resolve("photos/2019/a b.jpg"));
    Files.delete(volume.resolve("photos/2019"));
    Files.delete(volume.resolve("link"));
    Files.writeString(volume.resolve("letter"), "as it is");
    Files.writeString(volume.resolve("photos/new"), "new");
    String restore = "/snapshots/" + name + "-a/restore";
    // When
    task(restore, "{'paths':['photos/2019/a%20b.jpg','link']}", "Completed")
        .body("result.restored", equalTo(2))
        .body("result.leftCount", equalTo(0))
        .body("result.keptAs", nullValue())
        .body("createdBy", equalTo(get("/volumes/" + name).extract().path("metadata.createdBy")))
        .body("progress.unit", equalTo("files"))
        .body("progress.total", equalTo(2));
    task(restore, "{'paths':['letter'],'to':'letter of then'}", "Completed");
    task(restore, "{'paths':['photos','letter'],'to':'then'}", "Completed");
    task(restore, "{'paths':['']}", "Completed")
        .body("result.restored", equalTo(0))
        .body("result.left.path", equalTo(List.of("letter")))
        .body("result.left.why", equalTo(List.of("in-the-way")));
    // Then
    assertThat(volume.resolve("photos/2019/a b.jpg")).hasContent("picture");
    assertThat(Files.readSymbolicLink(volume.resolve("link"))).hasToString("/etc/passwd");
    assertThat(volume.resolve("photos/new")).hasContent("new");
    assertThat(volume.resolve("letter")).hasContent("as it is");
    assertThat(volume.resolve("letter of then")).hasContent("as it was");
    assertThat(volume.resolve("then/photos/2019/a b.jpg")).hasContent("picture");
    assertThat(volume.resolve("then/letter")).hasContent("as it was");
  }

  @Test
  void whatIsReplacedByARestoreIsKeptAsASnapshot() throws IOException {
    // Given
    Files.writeString(volume.resolve("letter"), "as it was");
    snapshot(name, name + "-a");
    Files.writeString(volume.resolve("letter"), "as it is");
    String restore = "/snapshots/" + name + "-a/restore";
    problem(post(restore, "{'paths':['letter']}"), 409, "file-exists");
    // When
    String kept =
        task(restore, "{'paths':['letter'],'existing':'replace'}", "Completed")
            .body("result.restored", equalTo(1))
            .extract()
            .path("result.keptAs");
    // Then
    assertThat(volume.resolve("letter")).hasContent("as it was");
    get("/snapshots/" + kept)
        .statusCode(200)
        .body("spec.volume", equalTo(name))
        .body("metadata.labels", notNullValue());
    task(
        "/snapshots/" + kept + "/restore",
        "{'paths':['letter'],'existing':'replace'}",
        "Completed");
    assertThat(volume.resolve("letter")).hasContent("as it is");
  }

  private static final String NOT_TO_BE_RESTORED =
      """
      {}                                            | 400 | body-invalid
      {'paths':[]}                                  | 400 | body-invalid
      {'paths':[null]}                              | 400 | body-invalid
      {'paths':'a'}                                 | 400 | body-invalid
      {'paths':['a'],'from':'b'}                    | 400 | body-invalid
      {'paths':['a'],'existing':'destroy'}          | 400 | body-invalid
      {'paths':['../a']}                            | 422 | file-name-invalid
      {'paths':['a/%2e%2e/b']}                      | 422 | file-name-invalid
      {'paths':['/etc/passwd']}                     | 422 | file-name-invalid
      {'paths':['a%00b']}                           | 422 | file-name-invalid
      {'paths':['a%2Fb']}                           | 422 | file-name-invalid
      {'paths':['a%']}                              | 422 | file-name-invalid
      {'paths':['a'],'to':''}                       | 422 | file-name-invalid
      {'paths':['a'],'to':'/tmp/x'}                 | 422 | file-name-invalid
      {'paths':['a'],'to':'../x'}                   | 422 | file-name-invalid
      {'paths':['a'],'to':'.homecloud-partial/x'}   | 422 | file-name-reserved
      {'paths':['missing']}                         | 404 | file-not-found
      {'paths':['a/below']}                         | 409 | not-a-directory
      {'paths':['link/passwd']}                     | 409 | not-a-directory
      {'paths':['a'],'to':'link/x'}                 | 409 | not-a-directory
      {'paths':['a'],'to':'link'}                   | 409 | file-exists
      {'paths':['a'],'to':'full'}                   | 409 | is-a-directory
      {'paths':['a'],'to':'full','existing':'replace'} | 409 | is-a-directory
      {'paths':['a'],'to':'a/b'}                    | 409 | not-a-directory
      {'paths':['a','full/a'],'to':'x'}             | 422 | value-invalid
      """;

  @Test
  void whatCannotBeRestoredIsAProblemAndNothingIsTouched() throws IOException {
    // Given
    Files.writeString(volume.resolve("a"), "content");
    Files.createDirectory(volume.resolve("full"));
    Files.writeString(volume.resolve("full/a"), "content");
    Files.createSymbolicLink(volume.resolve("link"), Path.of("/etc"));
    snapshot(name, name + "-a");
    List<Path> before = top();
    for (String line : NOT_TO_BE_RESTORED.lines().toList()) {
      String[] row = line.split("\\|", -1);
      // When
      var answer = post("/snapshots/" + name + "-a/restore", row[0].strip());
      // Then
      problem(answer, Integer.parseInt(row[1].strip()), row[2].strip());
    }
    assertThat(top()).isEqualTo(before);
    get("/tasks?resource=" + uid("/volumes/" + name)).body("items", emptyIterable());
  }

  @Test
  void aLinkInTheWayIsReplacedItselfAndNeverFollowed() throws IOException {
    // Given
    Path outside = StorageHouse.directory("outside");
    Files.writeString(outside.resolve("file"), "of others");
    Files.writeString(volume.resolve("file"), "ours");
    snapshot(name, name + "-a");
    Files.delete(volume.resolve("file"));
    Files.createSymbolicLink(volume.resolve("file"), outside.resolve("file"));
    // When
    task(
        "/snapshots/" + name + "-a/restore",
        "{'paths':['file'],'existing':'replace'}",
        "Completed");
    // Then
    assertThat(Files.isSymbolicLink(volume.resolve("file"))).isFalse();
    assertThat(volume.resolve("file")).hasContent("ours");
    assertThat(outside.resolve("file")).hasContent("of others");
  }

  @Test
  void aRestoreThatHitsTheQuotaLeavesNothingHalfMade() throws IOException {
    // Given
    Files.createDirectory(volume.resolve("many"));
    for (int i = 0; i < 1500; i++) {
      Files.writeString(volume.resolve("many/" + i), "x".repeat(1800));
    }
    snapshot(name, name + "-a");
    try (var files = Files.list(volume.resolve("many"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(volume.resolve("many"));
    control.node().volumes().commit(pool());
    patch("/volumes/" + name + "?wait=120s", "{'spec':{'quota':'" + (used() + 200_000) + "'}}")
        .statusCode(200);
    // When
    task("/snapshots/" + name + "-a/restore", "{'paths':['many']}", "Failed")
        .body("message", containsString("nothing is half there"));
    // Then
    assertThat(top()).isEmpty();
    patch("/volumes/" + name + "?wait=60s", "{'spec':{'quota':null}}").statusCode(200);
    task("/snapshots/" + name + "-a/restore", "{'paths':['many']}", "Completed")
        .body("result.restored", equalTo(1501));
    assertThat(volume.resolve("many/1499")).hasContent("x".repeat(1800));
  }

  private long used() {
    return control
        .node()
        .volumes()
        .usage(pool(), new VolumeId(uid("/volumes/" + name)))
        .orElseThrow()
        .used();
  }

  /** Asks for something while a row is held, changes a snapshot then, and lets go. */
  private Response whileHeld(String held, Callable<Response> asked, String pinned)
      throws Exception {
    ResourceStore store = control.plane().resources();
    UUID row = uid("/snapshots/" + held);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<Response> answer = new CompletableFuture<>();
      store.useTransaction(transaction -> {
        assertThat(store.lock(transaction.handle(), StorageKinds.SNAPSHOT, row)).isPresent();
        var _ = threads.submit(() -> answer.complete(asked.call()));
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        var _ =
            store.change(
                StorageKinds.SNAPSHOT,
                new Name(pinned),
                Optional.empty(),
                was ->
                    new ResourceStore.Wish<>(
                        new SnapshotSpec(was.spec().volume(), true, null),
                        was.metadata().labels()));
      });
      return answer.get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void whatIsPinnedJustBeforeItsDeletionIsRecordedStays() throws Exception {
    // Given
    String dear = name + "-dear";
    snapshot(name, dear);
    // When
    Response refused =
        whileHeld(dear, () -> asking().delete(API + "/snapshots/" + dear).andReturn(), dear);
    // Then
    problem(refused.then(), 409, "snapshot-pinned");
    get("/snapshots/" + dear).statusCode(200).body("metadata.deletionTimestamp", nullValue());
  }

  @Test
  void whatIsPinnedAfterItsScheduleHasJudgedStays() throws Exception {
    // Given
    String schedule = name + "-yearly";
    String path = "/snapshot-schedules/" + schedule;
    post(
            "/snapshot-schedules",
            """
            {'metadata':{'name':'%s'},
             'spec':{'volume':'%s','schedule':'0 0 1 1 *','suspended':true,'retention':{'last':1}}}
            """
                .formatted(schedule, name))
        .statusCode(201);
    for (String each : List.of("a", "b", "c")) {
      post(
              "/snapshots?wait=120s",
              """
              {'metadata':{'name':'%s','labels':{'homecloud.io/schedule':'%s'}},
               'spec':{'volume':'%s'}}
              """
                  .formatted(name + "-" + each, uid(path), name))
          .statusCode(201);
    }
    // When
    Response judged =
        whileHeld(
            name + "-b",
            () ->
                asking()
                    .body("{\"spec\":{\"suspended\":false}}")
                    .patch(API + path + "?wait=120s")
                    .andReturn(),
            name + "-a");
    // Then
    judged.then().statusCode(200);
    eventually(() ->
        get("/snapshots?volume=" + name)
            .body("items.metadata.name", contains(name + "-a", name + "-c")));
  }
}
