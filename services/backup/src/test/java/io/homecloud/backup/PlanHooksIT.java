package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.change;
import static io.homecloud.backup.Asking.condition;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.shown;
import static io.homecloud.backup.Asking.snapshots;
import static io.homecloud.backup.Asking.state;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.plan.PlanStatus;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a plan has done around its runs. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class PlanHooksIT {
  private static final String HOOKS =
      ",'hooks':{'before':[{'command':['%1$s-stop']},{'command':['%1$s-dump'],'file':'cloud.txt'}],'afterSnapshot':[{'command':['%1$s-go']}],'after':[{'command':['%1$s-tell']}]}";

  @Inject TestClock clock;
  @Inject BackupControl control;

  @AfterEach
  void setRight() {
    clock.setRight();
  }

  /** A volume, and programs that write what they are called for into the file that is returned. */
  private static Path house(String name) throws IOException {
    file(volume(name), "a.txt", "a");
    Path log = BackupHouse.disks().directory().resolve(name + ".log");
    for (String moment : List.of("stop", "go", "tell")) {
      hook(name + "-" + moment, "echo " + moment + " $HOMECLOUD_STATE >> " + log);
    }
    hook(name + "-dump", "echo the dump");
    return log;
  }

  private static void hook(String name, String script) throws IOException {
    Path programs = BackupHouse.disks().directory().resolve("hooks");
    if (!Files.exists(programs)) {
      Files.createDirectory(
          programs,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path program = programs.resolve(name);
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void dumpsAreInTheCopyAndWhatWasStoppedGoesOn() throws IOException {
    // Given
    String name = freshName();
    Path log = house(name);
    hook(
        name + "-fail",
        "printf 'red \\033[31m\\n'; yes chatter | head -c 300000; echo 'no such thing' >&2; exit 1");
    Path root = repository(name, target("ext4", 64L << 20));
    String hooks =
        "'before':[{'command':['%1$s-stop']},{'command':['%1$s-dump'],'file':'cloud.txt'}%2$s],'afterSnapshot':[{'command':['%1$s-go']}],'after':[{'command':['%1$s-tell']}%3$s]";
    plan(name, name, name, ",'hooks':{" + hooks.formatted(name, "", "") + "}");

    // When
    Response done = run(name);

    // Then
    assertThat(done.<String>path("status.state")).as(done.asString()).isEqualTo("Completed");
    assertThat(root.resolve(name + "/latest/homecloud-dumps/cloud.txt")).hasContent("the dump");
    String there = API + "/runs/" + done.path("metadata.name") + "/files/";
    assertThat(asking().get(there).<List<String>>path("items.name"))
        .containsExactlyInAnyOrder(name, "homecloud-dumps");
    eventually(() -> assertThat(log).hasContent("stop Running\ngo Running\ntell Completed"));
    eventually(() ->
        assertThat(BackupHouse.disks().directory().resolve("backup/dumps")).isEmptyDirectory());

    // And when one fails
    Files.delete(log);
    change(
        name,
        "{'hooks':{" + hooks.formatted(name, ",{'command':['" + name + "-fail']}", "") + "}}");
    Response failed = run(name);

    // Then
    assertThat(reason(failed)).as(failed.asString()).isEqualTo("HookFailed");
    assertThat(Asking.message(failed)).contains("no such thing");
    String told = asking().get(API + "/runs/" + failed.path("metadata.name") + "/log").asString();
    assertThat(told)
        .contains("Begins with the hook: ", " hook: red \uFFFD[31m", " hook: chatter")
        .contains(" hook: no such thing", "It failed (HookFailed): ")
        .hasSizeLessThan(256 << 10);
    eventually(() -> assertThat(log).hasContent("stop Running\ngo Running\ntell Failed"));
    eventually(() -> assertThat(snapshots()).isEmpty());

    // And when what comes after it fails
    change(
        name,
        "{'hooks':{" + hooks.formatted(name, "", ",{'command':['" + name + "-fail']}") + "}}");
    Response after = run(name);

    // Then
    assertThat(after.<String>path("status.state")).isEqualTo("Completed");
    eventually(() ->
        assertThat(condition(shown(after.path("metadata.name")), "HooksDone", "message"))
            .contains("no such thing"));
  }

  /** A dump that lasts until its file is deleted; returns when it has begun. */
  private static Path lasting(String name) throws IOException {
    Path lasts = Files.createFile(BackupHouse.disks().directory().resolve(name + ".lasts"));
    hook(name + "-dump", "while test -e %s; do sleep 0.1; done; echo the dump".formatted(lasts));
    return lasts;
  }

  @Test
  void whatWasStoppedGoesOnAlsoWhenTheRunIsCancelledBeforeItsSnapshot() throws IOException {
    // Given
    String name = freshName();
    Path log = house(name);
    Path _ = lasting(name);
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, HOOKS.formatted(name));
    String run = order(name);
    eventually(() -> assertThat(log).hasContent("stop Running"));

    // When
    asking().body("").post(API + "/runs/" + run + "/cancel").then().statusCode(200);

    // Then
    assertThat(ended("runs", run).<String>path("status.state")).isEqualTo("Cancelled");
    eventually(() -> assertThat(log).hasContent("stop Running\ngo Running\ntell Cancelled"));
  }

  @Test
  void whatWasStoppedGoesOnAlsoWhenThePlanIsDeletedBeforeTheSnapshot() throws IOException {
    // Given
    String name = freshName();
    Path log = house(name);
    Path _ = lasting(name);
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, HOOKS.formatted(name));
    String run = order(name);
    eventually(() -> assertThat(log).hasContent("stop Running"));

    // When
    asking().delete(API + "/plans/" + name + "?wait=60s").then().statusCode(204);

    // Then
    assertThat(ended("runs", run).<String>path("status.state")).isEqualTo("Cancelled");
    eventually(() -> assertThat(log).hasContent("stop Running\ngo Running\ntell Cancelled"));
    eventually(() ->
        assertThat(BackupHouse.disks().directory().resolve("backup/dumps")).isEmptyDirectory());
  }

  @Test
  void whatWasStoppedWhenTheWindowClosesGoesOnAndIsStoppedAnewInTheNextOne() throws IOException {
    // Given
    Instant evening = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(50));
    clock.set(evening);
    String name = freshName();
    Path log = house(name);
    Path lasts = lasting(name);
    Path root = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, ",'window':{'from':'21:00','to':'23:00'}" + HOOKS.formatted(name));
    String run = order(name);
    eventually(() -> assertThat(log).hasContent("stop Running"));

    // When
    clock.set(evening.plusSeconds(3600));

    // Then
    eventually(() -> assertThat(reason(shown(run))).isEqualTo("WindowClosed"));
    assertThat(log).hasContent("stop Running\ngo Running");

    // And when it opens again
    Files.delete(lasts);
    clock.set(evening.plusSeconds(23 * 3600 + 60));
    eventually(() -> {
      control
          .plane()
          .wake(UUID.fromString(asking().get(API + "/plans/" + name).path("metadata.uid")));
      assertThat(state("runs", run)).as(shown(run).asString()).isEqualTo("Completed");
    });
    eventually(() ->
        assertThat(log)
            .hasContent("stop Running\ngo Running\nstop Running\ngo Running\ntell Completed"));
    assertThat(root.resolve(name + "/latest/homecloud-dumps/cloud.txt")).hasContent("the dump");
  }

  @Test
  void whoCancelsWhileStorageTakesItsTimeHasARunThatIsCancelled() throws IOException {
    // Given: storage makes no snapshot
    String name = freshName();
    Path log = house(name);
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, HOOKS.formatted(name));
    String files = asking().get(STORAGE + "/volumes/" + name).path("status.mountPath");
    String _ = Shell.must("fsfreeze", "--freeze", files);
    try {
      String run = order(name);
      eventually(() -> assertThat(state("runs", run)).isEqualTo("Running"));
      eventually(() -> assertThat(log).hasContent("stop Running"));

      // When
      asking().body("").post(API + "/runs/" + run + "/cancel").then().statusCode(200);

      // Then
      eventually(() -> assertThat(state("runs", run)).isEqualTo("Cancelled"));
    } finally {
      String _ = Shell.must("fsfreeze", "--unfreeze", files);
    }
    eventually(() -> assertThat(snapshots()).isEmpty());
    eventually(() -> assertThat(log).hasContent("stop Running\ngo Running\ntell Cancelled"));
  }

  @Test
  void whatFollowsARunIsDoneToItsEndWhateverEndsMeanwhile() throws IOException {
    // Given
    String name = freshName();
    Path log = house(name);
    Path lasts = Files.createFile(BackupHouse.disks().directory().resolve(name + ".lasts"));
    hook(
        name + "-last",
        "echo last >> %s; while test -e %s; do sleep 0.1; done".formatted(log, lasts));
    Path _ = repository(name, target("ext4", 64L << 20));
    String after =
        "{'command':['%1$s-tell']},{'command':['%1$s-last']},{'command':['%1$s-go']}"
            .formatted(name);
    plan(name, name, name, ",'hooks':{'after':[" + after + "]}");
    String run = order(name);
    eventually(() -> assertThat(log).hasContent("tell Completed\nlast"));
    UUID uid = UUID.fromString(shown(run).path("metadata.uid"));
    Path own = BackupHouse.disks().directory().resolve("backup/dumps").resolve(uid.toString());
    Path then = BackupHouse.disks().directory().resolve(name + ".then");

    // When
    control.runFeature().sweep();
    String _ = Shell.must("cp", "-a", own.toString(), then.toString());
    Files.delete(lasts);

    // Then
    eventually(() -> assertThat(control.plane().tasks().unfinished(uid)).isEmpty());
    assertThat(log).hasContent("tell Completed\nlast\ngo Completed");
    assertThat(condition(shown(run), "HooksDone", "message")).isNull();
    assertThat(own).doesNotExist();

    // And when the service was killed in the middle of it, and begins again with its task
    Files.move(then, own);
    beginAgain(uid, run, name);

    // Then
    eventually(() -> assertThat(control.plane().tasks().unfinished(uid)).isEmpty());
    assertThat(log).hasContent("tell Completed\nlast\ngo Completed\nlast\ngo Completed");
    assertThat(own).doesNotExist();
  }

  /** As a service does that was killed before the run's task had ended. */
  private void beginAgain(UUID run, String name, String volume) {
    Task _ =
        control
            .plane()
            .tasks()
            .add(
                new TaskStore.Order(
                    "backup",
                    new Task.Target(run, BackupKinds.RUN.name(), name),
                    control.plane().node(),
                    volume,
                    Map.of(),
                    "test"));
  }

  @Test
  void whatARunThatHasEndedDidNotGiveBackIsGivenBackWhenItsTaskIsRepeated() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    Response run = run(name);
    String uid = run.path("metadata.uid");
    eventually(
        () -> assertThat(control.plane().tasks().unfinished(UUID.fromString(uid))).isEmpty());
    eventually(() -> assertThat(snapshots()).isEmpty());
    String snapshot =
        """
        {"metadata":{"name":"backup-%s-0","labels":{"homecloud.io/made-by":"backup"}},
         "spec":{"volume":"%s"}}\
        """
            .formatted(uid, name);
    asking().body(snapshot).post(STORAGE + "/snapshots?wait=60s").then().statusCode(201);

    // When
    beginAgain(UUID.fromString(uid), run.path("metadata.name"), name);

    // Then
    eventually(() -> assertThat(snapshots()).isEmpty());
  }

  @Test
  void whatARunHadCopiedGoesWhenItIsCancelledInItsPauseAndWhatFollowsItIsDone() throws IOException {
    // Given: one that goes on in the next window, and waits for another of its repository
    Instant evening = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(50));
    clock.set(evening);
    String name = freshName();
    Path log = house(name);
    Path files =
        Path.of(asking().get(STORAGE + "/volumes/" + name).<String>path("status.mountPath"));
    String _ = Shell.in(files, "head -c 30000000 /dev/urandom > large");
    Path root = repository(name, target("ext4", 200L << 20));
    String slow = ",'bandwidth':[{'limit':'256Ki'}]";
    String hooks = ",'hooks':{'after':[{'command':['" + name + "-tell']}]}";
    plan(name, name, name, ",'window':{'from':'21:00','to':'23:00'}" + slow + hooks);
    plan(name + "-2", name, name, slow);
    String run = order(name);
    UUID uid = UUID.fromString(shown(run).path("metadata.uid"));
    String begun = "find %s -path '*incomplete*' -size +20k".formatted(name);
    eventually(() -> assertThat(Shell.in(root, begun)).isNotEmpty());
    clock.set(evening.plusSeconds(3600));
    eventually(() -> assertThat(reason(shown(run))).isEqualTo("WindowClosed"));
    String other = order(name + "-2");
    eventually(() -> assertThat(state("runs", other)).isEqualTo("Running"));
    clock.set(evening.plusSeconds(23 * 3600 + 60));
    Response plan = Asking.lookedAt(control, API + "/plans/" + name);
    eventually(() -> assertThat(control.plane().tasks().unfinished(uid)).hasSize(1));

    // Then its plan is not looked at again and again
    assertThat(
            control
                .planFeature()
                .reconciler()
                .reconcile(
                    control
                        .plane()
                        .resources()
                        .find(BackupKinds.PLAN, UUID.fromString(plan.path("metadata.uid")))
                        .orElseThrow()))
        .matches(outcome ->
            !(outcome instanceof Outcome.LookAgain<PlanStatus> again)
                || again.after().toMinutes() > 1);

    // When
    asking().body("").post(API + "/runs/" + run + "/cancel").then().statusCode(200);
    assertThat(reason(shown(run))).isEqualTo("Cancelling");
    asking().body("").post(API + "/runs/" + other + "/cancel").then().statusCode(200);

    // Then
    Response cancelled = ended("runs", run);
    assertThat(cancelled.<String>path("status.state")).isEqualTo("Cancelled");
    assertThat(Asking.message(cancelled)).contains("nothing is kept");
    assertThat(Shell.in(root, "find . -path '*incomplete*'")).isEmpty();
    eventually(() -> assertThat(log).hasContent("tell Cancelled"));
    eventually(() -> assertThat(snapshots()).isEmpty());
  }
}
