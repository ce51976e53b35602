package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.change;
import static io.homecloud.backup.Asking.condition;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.shown;
import static io.homecloud.backup.Asking.snapshots;
import static io.homecloud.backup.Asking.snapshotsOf;
import static io.homecloud.backup.Asking.state;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.Asking.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When plans copy, how fast, what is done around it, and what they say of their sources. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class PlansIT {
  @Inject TestClock clock;
  @Inject BackupControl control;

  @AfterEach
  void setRight() {
    clock.setRight();
  }

  private Response lookedAt(String plan) {
    return Asking.lookedAt(control, API + "/plans/" + plan);
  }

  @Test
  void whatIsNotDoneWhenTheWindowClosesGoesOnInTheNextOne() throws IOException {
    // Given: it is ten in the evening, and slow enough to be in the middle of it
    // of a day that is over: a clock that was ahead is not believed afterwards.
    Instant evening = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(50));
    clock.set(evening);
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, "echo a > a; head -c 60000000 /dev/urandom > large");
    Path root = repository(name, target("ext4", 200L << 20));
    plan(name, name, name, ",'window':{'from':'21:00','to':'23:00'},'bandwidth':[{'limit':'1Mi'}]");
    String run = order(name);
    eventually(() ->
        assertThat(Shell.in(root, "find . -path '*incomplete*' -name '.large.*' -size +1M"))
            .isNotEmpty());
    eventually(() -> {
      Response copying = shown(run);
      assertThat(copying.<Integer>path("status.progress.secondsLeft"))
          .as(copying.asString())
          .isBetween(1, 120);
      assertThat(copying.<Integer>path("status.progress.filesTotal")).isEqualTo(3);
    });

    // When
    clock.set(evening.plusSeconds(3600));

    // Then
    eventually(() -> {
      assertThat(state("runs", run)).isEqualTo("Pending");
      assertThat(reason(shown(run))).isEqualTo("WindowClosed");
    });
    assertThat(snapshotsOf(shown(run))).hasSize(1);
    assertThat(root.resolve(name + "/latest")).doesNotExist();
    assertProblem(asking().body("").post(API + "/plans/" + name + "/run"), 409, "run-under-way");

    // And when it opens again
    change(name, "{'bandwidth':null}");
    clock.set(evening.plusSeconds(23 * 3600 + 60));
    Response _ = lookedAt(name);

    // Then
    eventually(() -> {
      Response _ = lookedAt(name);
      assertThat(state("runs", run)).as(shown(run).asString()).isEqualTo("Completed");
    });
    assertThat(Shell.everything(root.resolve(name + "/latest/" + name)))
        .isEqualTo(Shell.everything(files));
    try (Stream<Path> left = Files.list(root.resolve(name))) {
      assertThat(left.map(path -> path.getFileName().toString())).doesNotContain(".partial");
    }
    eventually(() -> assertThat(snapshots()).isEmpty());

    // And when one waits that nobody wants any more
    clock.set(evening.plusSeconds(26 * 3600));
    String waiting = order(name);
    eventually(() -> assertThat(reason(shown(waiting))).isEqualTo("WindowClosed"));
    asking().body("").post(API + "/runs/" + waiting + "/cancel").then().statusCode(200);
    assertThat(ended("runs", waiting).<String>path("status.state")).isEqualTo("Cancelled");
  }

  @Test
  void severalPlansShareASourceAndARestoreWaitsForNone() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "as it was");
    Path disk = target("btrfs", 300L << 20);
    Path _ = repository(name, disk);
    plan(name, name, name, "");
    String first = run(name).path("metadata.name");
    String _ = Shell.in(files, "head -c 20000000 /dev/urandom > large");
    change(name, "{'bandwidth':[{'limit':'256Ki'}]}");
    plan(name + "-2", name, name, "");

    // When
    String slow = order(name);
    String behind = order(name + "-2");
    eventually(() -> assertThat(state("runs", slow)).isEqualTo("Running"));
    String restore = freshName();
    Response _ =
        wish(
            API + "/restores",
            restore,
            "{'run':'%s','target':{'volume':'%s','path':'back'}}".formatted(first, name));

    // Then
    assertThat(ended("restores", restore).<String>path("status.state")).isEqualTo("Completed");
    assertThat(files.resolve("back/a.txt")).hasContent("as it was");
    assertThat(state("runs", slow)).isEqualTo("Running");
    assertThat(state("runs", behind)).isEqualTo("Pending");
    cancelled(behind);
    cancelled(slow);
    assertThat(run(name + "-2").<String>path("status.state")).isEqualTo("Completed");
  }

  @Test
  void aDiskHasTwoRunsAtOnceAndTheNextOneWhenOneHasEnded() throws IOException {
    // Given: three repositories, and all volumes in one pool
    List<String> names = List.of(freshName(), freshName(), freshName());
    for (String name : names) {
      String _ = Shell.in(volume(name), "head -c 20000000 /dev/urandom > large");
      Path _ = repository(name, target("ext4", 64L << 20));
      plan(name, name, name, ",'bandwidth':[{'limit':'256Ki'}]");
    }

    // When
    String first = order(names.get(0));
    String second = order(names.get(1));
    for (String run : List.of(first, second)) {
      eventually(() -> assertThat(state("runs", run)).isEqualTo("Running"));
    }
    String third = order(names.get(2));

    // Then it says which ones it waits for
    eventually(() -> {
      Response waiting = asking().get(API + "/runs/" + third);
      assertThat(condition(waiting, "Ready", "reason")).isEqualTo("DiskBusy");
      assertThat(condition(waiting, "Ready", "message")).contains(first, second);
    });
    assertThat(state("runs", third)).isEqualTo("Pending");

    // And when one is over
    cancelled(first);

    // Then
    eventually(() -> assertThat(state("runs", third)).isEqualTo("Running"));
    assertThat(state("runs", second)).isEqualTo("Running");
    cancelled(second);
    cancelled(third);
  }

  private static void cancelled(String run) {
    asking().body("").post(API + "/runs/" + run + "/cancel").then().statusCode(200);
    assertThat(ended("runs", run).<String>path("status.state")).isEqualTo("Cancelled");
  }

  @Test
  void aTrashedVolumeIsToldAndItsCopiesAreKept() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "as it was");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, ",'retention':{'last':1}");
    String run = run(name).path("metadata.name");
    String uid = asking().get(STORAGE + "/volumes/" + name).path("metadata.uid");

    // When
    Response trashed = asking().delete(STORAGE + "/volumes/" + name + "?wait=60s");
    assertThat(trashed.statusCode()).as(trashed.asString()).isEqualTo(204);

    // Then
    eventually(() -> {
      Response plan = asking().get(API + "/plans/" + name);
      assertThat(condition(plan, "SourcesInPlace", "reason"))
          .as(plan.asString())
          .isEqualTo("VolumeTrashed");
      assertThat(condition(plan, "SourcesInPlace", "message")).contains("copies are kept");
    });
    assertThat(reason(run(name))).isEqualTo("SourceGone");
    assertThat(asking().get(API + "/runs/" + run + "/files/" + name + "/a.txt").asString())
        .isEqualTo("as it was");

    // And when it is back
    Response trash = asking().get(STORAGE + "/trash?limit=1000");
    String item = trash.path("items.find{it.metadata.uid=='%s'}.metadata.name".formatted(uid));
    Response restored = asking().body("").post(STORAGE + "/trash/" + item + "/restore?wait=60s");
    assertThat(restored.statusCode()).as(restored.asString()).isLessThan(300);

    // Then
    eventually(() ->
        assertThat(condition(asking().get(API + "/plans/" + name), "SourcesInPlace", "status"))
            .isEqualTo("True"));
  }

  @Test
  void aPoolThatLosesADiskIsCopiedOnceMore() throws IOException {
    // Given
    String name = freshName();
    Path one = BackupHouse.disks().disk(3L << 30);
    Path two = BackupHouse.disks().disk(3L << 30);
    var _ = made(STORAGE + "/pools", name, "{'disks':['%s','%s']}".formatted(one, two));
    Path files =
        Path.of(
            made(STORAGE + "/volumes", name, "{'pool':'%s'}".formatted(name))
                .<String>path("status.mountPath"));
    file(files, "a.txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, ",'onDegraded':true");

    // When
    BackupHouse.disks().vanish(two);

    // Then
    eventually(() -> {
      Response runs = asking().get(API + "/runs?plan=" + name);
      assertThat(runs.<List<String>>path("items.status.state"))
          .as(runs.asString())
          .containsExactly("Completed");
    });
    Response _ = lookedAt(name);
    eventually(() ->
        assertThat(asking().get(API + "/plans/" + name).<List<String>>path("status.lastDegraded"))
            .hasSize(1));
    assertThat(asking().get(API + "/runs?plan=" + name).<List<String>>path("items")).hasSize(1);
  }

  @Test
  void aPlanThatWouldWaitForADriveForEverIsRefused() {
    // Given: a directory, of which nobody says that it came
    String name = freshName();
    Path _ = volume(name);
    Path _ = repository(name, target("ext4", 64L << 20));
    String spec =
        "{'repository':'%1$s','sources':[{'volume':'%1$s'}],'onAttach':true%2$s}"
            .formatted(name, "%s");

    // When
    Response refused = wish(API + "/plans", name, spec.formatted(""));

    // Then
    assertProblem(refused, 422, "value-invalid");
    assertThat(refused.<String>path("detail")).contains("no set of drives", "schedule");
    var _ = Asking.made(API + "/plans", name, spec.formatted(",'schedule':'0 3 * * *'"));
    assertProblem(
        asking().body("{\"spec\":{\"schedule\":null}}").patch(API + "/plans/" + name),
        422,
        "value-invalid");
    change(name, "{'schedule':null,'onAttach':false}");
  }

  @Test
  void whatAChangeOfTheRetentionWouldDeleteIsSaidBeforeItIsMade() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    List<String> runs = new java.util.ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Asking.file(files, "a.txt", "a" + i);
      runs.add(run(name).path("metadata.name"));
    }
    Response plan = asking().get(API + "/plans/" + name);

    // When
    Response preview =
        Asking.post(
            API + "/plans/" + name + "/preview",
            "{'spec':{'retention':{'last':1},'sources':[{'volume':'%s','exclude':['*.txt']}]}}"
                .formatted(name));

    // Then
    assertThat(preview.statusCode()).as(preview.asString()).isEqualTo(200);
    assertThat(preview.<List<String>>path("runs.run"))
        .containsExactly(runs.get(2), runs.get(1), runs.get(0));
    assertThat(preview.<List<Boolean>>path("runs.keep")).containsExactly(true, false, false);
    assertThat(preview.<Integer>path("sources[0].bytes")).isZero();
    Response after = asking().get(API + "/plans/" + name);
    assertThat(after.<Object>path("spec")).isEqualTo(plan.<Object>path("spec"));
    assertThat(after.<Object>path("metadata.generation"))
        .isEqualTo(plan.<Object>path("metadata.generation"));
    assertThat(asking().get(API + "/plans/" + name + "/preview").<List<Boolean>>path("runs.keep"))
        .containsExactly(true, true, true);

    // And what could not be changed so is refused
    String place = API + "/plans/" + name + "/preview";
    assertProblem(
        Asking.post(place, "{'spec':{'repository':'nowhere'}}"), 404, "repository-not-found");
    assertProblem(Asking.post(place, "[]"), 400, "body-invalid");
  }

  @Test
  void thePreviewSaysWhatTheSoftQuotaTakesAndItGoes() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    Path _ = repository(name, target("btrfs", 200L << 20));
    plan(name, name, name, "");
    List<String> runs = new java.util.ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String _ = Shell.in(files, "head -c 1000000 /dev/urandom > a");
      runs.add(run(name).path("metadata.name"));
    }

    // When
    Response before =
        Asking.post(API + "/plans/" + name + "/preview", "{'spec':{'softQuota':'2500k'}}");
    change(name, "{'suspended':true,'softQuota':'2500k'}");
    Response preview = asking().get(API + "/plans/" + name + "/preview");

    // Then
    assertThat(preview.<List<String>>path("runs.run"))
        .containsExactly(runs.get(2), runs.get(1), runs.get(0));
    assertThat(preview.<List<Boolean>>path("runs.keep")).containsExactly(true, true, false);
    assertThat(preview.<String>path("runs[2].goes")).contains("soft quota");
    assertThat(before.<Object>path("runs")).isEqualTo(preview.<Object>path("runs"));

    // And when
    change(name, "{'suspended':false}");

    // Then
    eventually(() ->
        assertThat(
                asking().get(API + "/runs?plan=" + name).<List<String>>path("items.metadata.name"))
            .containsExactlyInAnyOrder(runs.get(1), runs.get(2)));
  }

  @Test
  void whatAPlanCannotDoIsRefusedWithTheWayOut() throws IOException {
    // Given
    String name = freshName();
    Path _ = repository(name, target("ext4", 64L << 20));
    String spec = "{'repository':'%s','sources':[{'volume':'x'}],%s}";

    // When, Then
    for (String value :
        List.of(
            "'window':{'from':'22:00','to':'22:00'}",
            "'window':{'from':'25:00','to':'02:00'}",
            "'bandwidth':[{'from':'07:00','limit':'1Mi'}]",
            "'bandwidth':[{'limit':'10'}]",
            "'bandwidth':[null]")) {
      assertProblem(wish(API + "/plans", name, spec.formatted(name, value)), 422, "value-invalid");
    }
    for (String hooks :
        List.of(
            "'before':[{}]",
            "'before':[null]",
            "'before':[{'command':['../../bin/sh']}]",
            "'before':[{'command':['/bin/sh']}]",
            "'before':[{'command':['a'],'timeLimit':'forever'}]",
            "'before':[{'postgresql':{'database':'host=evil'}}]",
            "'before':[{'sqlite':{'volume':'x','path':'a'},'command':['a']}]",
            "'after':[{'command':['a'],'file':'b'}]",
            "'before':[{'command':['a'],'file':'b'},{'command':['c'],'file':'b'}]")) {
      assertProblem(
          wish(API + "/plans", name, spec.formatted(name, "'hooks':{" + hooks + "}")),
          422,
          "hooks-refused");
    }
    assertProblem(
        wish(
            API + "/plans",
            name,
            "{'repository':'%s','sources':[{'volume':'homecloud-dumps'}]}".formatted(name)),
        422,
        "sources-refused");
  }
}
