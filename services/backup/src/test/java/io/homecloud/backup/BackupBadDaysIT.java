package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.message;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.post;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.snapshots;
import static io.homecloud.backup.Asking.state;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.Asking.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.DirectoryLock;
import io.homecloud.testkit.ChildJvm;
import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.TestKafka;
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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong: no half copy counts, no snapshot stays, and people are told why. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class BackupBadDaysIT {
  @Inject BackupConfig config;
  @Inject BackupControl control;

  private static final String LARGE = "head -c 150000000 /dev/urandom > large";

  private static List<String> copies(Path root, String plan) throws IOException {
    try (Stream<Path> runs = Files.list(root.resolve(plan + "/runs"))) {
      return runs.filter(Files::isDirectory).map(path -> path.getFileName().toString()).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"btrfs", "ext4"})
  void aFullTargetIsToldAndKeepsNothingHalf(String type) throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "small.txt", "small");
    Path root = repository(name, target(type, 120L << 20));
    plan(name, name, name, "");
    String good = run(name).path("metadata.name");
    String _ = Shell.in(files, LARGE);

    // When
    Response full = run(name);

    // Then
    assertThat(reason(full)).as(full.asString()).isEqualTo("TargetFull");
    assertThat(copies(root, name)).hasSize(1);
    assertThat(state("runs", good)).isEqualTo("Completed");
    eventually(() -> assertThat(snapshots()).isEmpty());
    String uid = full.path("metadata.uid");
    told("backup.started", uid);
    told("backup.failed", uid);
    told("repository.full", asking().get(API + "/repositories/" + name).path("metadata.uid"));

    // And when there is less
    Files.delete(files.resolve("large"));

    // Then
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
  }

  private static void told(String what, String uid) {
    eventually(() -> {
      List<String> told =
          TestKafka.messages("homecloud.backup").stream()
              .filter(message -> message.contains("io.homecloud." + what + ".v1"))
              .filter(message -> message.contains(uid))
              .toList();
      assertThat(told).as(what).isNotEmpty();
      assertThat(EventSchemas.violations(told.getFirst())).isEmpty();
    });
  }

  @Test
  void aReadOnlyTargetIsTold() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path disk = target("ext4", 64L << 20);
    Path _ = repository(name, disk);
    plan(name, name, name, "");
    String _ = Shell.must("mount", "-o", "remount,ro", disk.toString());

    // When
    Response run = run(name);

    // Then
    assertThat(reason(run)).as(run.asString()).isEqualTo("TargetReadOnly");
    eventually(() -> assertThat(snapshots()).isEmpty());
  }

  @Test
  void withoutItsDiskNothingIsWrittenBesideIt() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path disk = target("ext4", 64L << 20);
    Path root = repository(name, disk);
    plan(name, name, name, "");
    String check = API + "/repositories/" + name + "/check";
    Response there = asking().body("").post(check);
    eventually(() -> Shell.must("umount", disk.toString()));
    Response away = asking().body("").post(check);

    // When
    Response run = run(name);

    // Then
    assertThat(reason(run)).as(run.asString()).isEqualTo("RepositoryAway");
    assertThat(message(run)).contains("plugged in");
    assertThat(there.<Boolean>path("usable")).as(there.asString()).isTrue();
    assertThat(there.<Integer>path("runs")).isEqualTo(0);
    assertThat(away.statusCode()).isEqualTo(200);
    assertThat(away.<Boolean>path("usable")).as(away.asString()).isFalse();
    assertThat(away.<String>path("message")).contains("plugged in");
    assertThat(root).doesNotExist();
  }

  @Test
  void aVolumeThatIsGoneIsTold() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    Response gone = asking().delete(STORAGE + "/volumes/" + name + "?wait=60s");
    assertThat(gone.statusCode()).as(gone.asString()).isEqualTo(204);

    // When
    Response run = run(name);

    // Then
    assertThat(reason(run)).as(run.asString()).isEqualTo("SourceGone");
    assertThat(copies(root, name)).isEmpty();
  }

  @Test
  void aRunBeginsAgainWhenTheDatabaseWasAwayJustThen() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    var database = control.plane().database();
    database.useTransaction(transaction ->
        transaction
            .handle()
            .execute(
                """
                create sequence looks;
                create function away() returns trigger language plpgsql as $$ begin
                  if nextval('looks') = 1 then raise 'not now' using errcode = '53300'; end if;
                  return new; end $$;
                create trigger away before update of status on resource for each row
                  when (new.kind = 'Run' and new.status->>'state' = 'Running')
                  execute function away();\
                """));
    try {
      // When
      Response run = run(name);

      // Then
      assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
      assertThat(copies(root, name)).hasSize(1);
    } finally {
      database.useTransaction(transaction ->
          transaction.handle().execute("drop function away cascade; drop sequence looks"));
    }
  }

  @Test
  void aKilledProgramIsStartedAgain() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, LARGE);
    Path root = repository(name, target("ext4", 500L << 20));
    // So that it is met at work.
    plan(name, name, name, ",'bandwidth':[{'limit':'8Mi'}]");

    // When
    String run = order(name);
    eventually(() -> assertThat(kill(root.toString())).isPositive());

    // Then
    Response end = ended("runs", run);
    assertThat(end.<String>path("status.state")).as(end.asString()).isEqualTo("Completed");
    assertThat(Shell.everything(root.resolve(name + "/latest/" + name)))
        .isEqualTo(Shell.everything(files));
    assertThat(copies(root, name)).hasSize(1);
  }

  /** As kill -9 does, those rsyncs that work there; how many. */
  private static long kill(String where) {
    return ProcessHandle.allProcesses()
        .filter(process ->
            process
                .info()
                .arguments()
                .filter(words -> Stream.of(words).anyMatch(word -> word.contains(where)))
                .isPresent())
        .filter(process -> process.info().command().orElse("").endsWith("rsync"))
        .filter(ProcessHandle::destroyForcibly)
        .count();
  }

  @Test
  void aRunIsCancelledWhileItCopiesAndBeforeItBegan() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "a");
    Path root = repository(name, target("btrfs", 200L << 20));
    plan(name, name, name, "");
    plan(name + "-2", name, name, "");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    file(files, "b.txt", "b");
    // Somebody else copies into it, so the run waits in the middle.
    Process other =
        new ProcessBuilder("flock", root.resolve(name + "/.copying").toString(), "sleep", "100")
            .start();
    try {
      eventually(() ->
          assertThat(Shell.in(root, "flock -n '%s/.copying' true || echo held".formatted(name)))
              .isEqualTo("held"));
      String copying = order(name);
      eventually(() -> {
        assertThat(state("runs", copying)).isEqualTo("Running");
        assertThat(copies(root, name)).hasSize(2);
      });
      String waiting = order(name + "-2");
      assertProblem(asking().body("").post(API + "/plans/" + name + "/run"), 409, "run-under-way");

      Path sums =
          config
              .own()
              .resolve("sums")
              .resolve(asking().get(API + "/runs/" + copying).<String>path("metadata.uid"));
      Path _ = Files.createDirectories(sums);

      // When
      for (String run : List.of(waiting, copying)) {
        asking().body("").post(API + "/runs/" + run + "/cancel").then().statusCode(200);
      }

      // Then
      assertThat(ended("runs", waiting).<String>path("status.state")).isEqualTo("Cancelled");
      assertThat(ended("runs", copying).<String>path("status.state")).isEqualTo("Cancelled");
      eventually(() -> assertThat(copies(root, name)).hasSize(1));
      eventually(() -> assertThat(snapshots()).isEmpty());
      eventually(() -> assertThat(sums).doesNotExist());
    } finally {
      other.descendants().forEach(ProcessHandle::destroyForcibly);
      other.destroyForcibly();
    }
  }

  /** Another installation that uses a repository. */
  static final class OtherInstallation {
    private OtherInstallation() {}

    public static void main(String[] arguments) throws Exception {
      Path lock = Path.of(arguments[0]);
      try (DirectoryLock _ = DirectoryLock.take(lock)) {
        Files.writeString(
            lock.resolve("holder.json"),
            """
            {"installation":"018f3f7e-0000-4000-8000-000000000001","node":"pi-of-a-friend",
             "run":"theirs-20261126-030000","since":"2026-11-26T03:00:00Z"}\
            """);
        System.out.println("taken");
        Thread.sleep(Duration.ofMinutes(5));
      }
    }
  }

  @Test
  void twoInstallationsDoNotWriteAtOnceAndAreToldOfEachOther() throws Exception {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    try (ChildJvm other =
        ChildJvm.start(64, OtherInstallation.class, root.resolve(".lock").toString())) {
      String _ = other.await("taken"::equals, Duration.ofMinutes(2));

      // When
      Response refused = run(name);

      // Then
      assertThat(reason(refused)).as(refused.asString()).isEqualTo("RepositoryLocked");
      assertThat(message(refused)).contains("pi-of-a-friend", "theirs-20261126-030000");
    }

    // And when it is gone, however it went
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
  }

  @Test
  void aRepositoryIsAttachedWithItsRunsAndWithoutItsDatabase() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "as it was");
    Path root = repository(name, target("btrfs", 200L << 20));
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    asking().body("").post(API + "/runs/" + run + "/pin?wait=60s").then().statusCode(200);
    asking().delete(API + "/plans/" + name + "?wait=60s").then().statusCode(204);
    asking().delete(API + "/repositories/" + name + "?wait=60s").then().statusCode(204);
    asking().get(API + "/runs/" + run).then().statusCode(404);

    // When
    var _ =
        Asking.made(
            API + "/repositories",
            name + "-again",
            "{'engine':'rsync','url':'%s'}"
                .formatted(root.toUri().toString().replaceAll("/$", "")));

    // Then
    Response back = asking().get(API + "/runs/" + run);
    assertThat(back.<String>path("status.state")).as(back.asString()).isEqualTo("Completed");
    assertThat(back.<Boolean>path("spec.pinned")).isTrue();
    assertThat(asking().get(API + "/runs/" + run + "/files/" + name + "/a.txt").asString())
        .isEqualTo("as it was");
  }

  @Test
  void whatCannotBeIsRefusedWithTheWayOut() {
    // When, Then
    String repositories = API + "/repositories";
    for (String url :
        List.of(
            "ssh://somewhere/x",
            "file://host/x/y",
            "file:///",
            "file:///etc/homecloud",
            "file:///mnt/../etc/x",
            "relative",
            "file:///mnt/%00/x")) {
      assertProblem(
          wish(repositories, "x", "{'engine':'rsync','url':'%s'}".formatted(url)),
          422,
          "url-refused");
    }
    assertProblem(
        wish(API + "/plans", "x", "{'repository':'none','sources':[{'volume':'v'}]}"),
        404,
        "repository-not-found");
    assertProblem(
        wish(
            API + "/plans",
            "x",
            "{'repository':'none','sources':[{'volume':'v','path':'a'},{'volume':'v','path':'a/b'}]}"),
        422,
        "sources-refused");
    assertProblem(
        wish(
            API + "/plans",
            "x",
            "{'repository':'none','sources':[{'volume':'v','exclude':['- x']}]}"),
        422,
        "sources-refused");
    assertProblem(wish(API + "/restores", "x", "{'run':'none'}"), 404, "run-not-found");
    assertProblem(post(API + "/plans/none/run", ""), 404, "not-found");
  }
}
