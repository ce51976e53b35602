package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.message;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.post;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.snapshots;
import static io.homecloud.backup.Asking.state;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.Asking.wish;
import static io.homecloud.backup.DuplicityAsking.PASSPHRASE;
import static io.homecloud.backup.DuplicityAsking.duplicity;
import static io.homecloud.backup.DuplicityAsking.flipABit;
import static io.homecloud.backup.DuplicityAsking.named;
import static io.homecloud.backup.DuplicityAsking.place;
import static io.homecloud.backup.DuplicityAsking.repository;
import static io.homecloud.backup.DuplicityAsking.secret;
import static io.homecloud.backup.DuplicityAsking.spec;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.control.Name;
import io.homecloud.testkit.ChildJvm;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong with encrypted copies, and that it is said. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DuplicityBadDaysIT {
  @Inject BackupControl control;

  @Inject TestClock clock;

  @AfterEach
  void setRight() {
    clock.setRight();
  }

  private static void makeNoise(Path files) {
    String _ = Shell.in(files, "head -c 40000000 /dev/urandom > noise");
  }

  @Test
  void whatANewerReleaseHasWrittenIsNotWrittenOver() throws IOException {
    // Given
    Path home = place();
    Path mark = home.resolve("homecloud-repository.json");
    String newer = "{\"format\":2,\"identity\":\"something new\"}";
    Files.writeString(mark, newer);

    // When
    String told = DuplicityAsking.unready("file://" + home, Map.of("password", "of nobody"));

    // Then
    assertThat(told).contains("newer homecloud");
    assertThat(mark).hasContent(newer);
  }

  @Test
  void theWrongPassphraseIsToldBeforeAnythingIsWritten() throws IOException {
    // Given
    String name = freshName();
    Path home = place();
    file(home, "mine/thesis.txt", "thesis");
    Path root = place();
    String _ = duplicity(home, "the right one", "full mine file://" + root);
    secret(name, "passphrase", "a wrong one");

    // When
    Response _ =
        post(
            API + "/repositories",
            "{'metadata':{'name':'%s'},'spec':%s}"
                .formatted(name, spec("file://" + root, name, "")));
    eventually(() ->
        assertThat(reason(asking().get(API + "/repositories/" + name))).isEqualTo("KeyWrong"));
    Response wrong = asking().get(API + "/repositories/" + name);

    // Then
    assertThat(message(wrong)).contains("passphrase", "/secrets/").doesNotContain("a wrong one");
    try (Stream<Path> all = Files.list(root)) {
      assertThat(all).allMatch(file -> file.getFileName().toString().startsWith("duplicity-"));
    }

    // And when the right one is set
    secret(name, "passphrase", "the right one");

    // Then
    eventually(
        () -> assertThat(reason(asking().get(API + "/repositories/" + name))).isEqualTo("Ready"));
  }

  @Test
  void aFlippedBitIsFoundByARestore() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "a".repeat(5000));
    Path root = repository(name, "");
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    flipABit(root);
    Files.delete(files.resolve("a.txt"));

    // When
    String restore = freshName();
    var _ = wish(API + "/restores", restore, "{'run':'%s'}".formatted(run));
    Response failed = ended("restores", restore);

    // Then
    assertThat(reason(failed)).as(failed.asString()).isEqualTo("CopyDamaged");
    assertThat(message(failed)).contains("damaged");
    try (Stream<Path> left = Files.list(files)) {
      assertThat(left).isEmpty();
    }
    Response looked = asking().get(API + "/runs/" + run + "/files/" + name + "/a.txt");
    assertProblem(looked, 409, "repository-away");

    // And when it copies again
    file(files, "b.txt", "b");
    String copy = run(name).path("status.tree");

    // Then it adds nothing to what is damaged
    assertThat(copy).matches("(.+)/\\1");
  }

  @Test
  void aFullTargetIsToldAndHoldsNoHalfCopy() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "a");
    secret(name, "passphrase", PASSPHRASE);
    Path root = target("ext4", 24L << 20).resolve("copies");
    var _ = made(API + "/repositories", name, spec("file://" + root, name, ""));
    plan(name, name, name, "");
    Response good = run(name);
    makeNoise(files);

    // When
    Response full = run(name);

    // Then
    assertThat(good.<String>path("status.state")).as(good.asString()).isEqualTo("Completed");
    assertThat(reason(full)).as(full.asString()).isEqualTo("TargetFull");
    String status = duplicity(place(), PASSPHRASE, "collection-status file://" + root);
    assertThat(status).contains("Number of contained backup sets: 1", "No orphaned or incomplete");
    eventually(() -> assertThat(snapshots()).isEmpty());

    // And when there is less to copy
    Files.delete(files.resolve("noise"));

    // Then
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
  }

  @Test
  void duplicityThatIsKilledGoesOnAndACancelledRunLeavesNothing() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    makeNoise(files);
    Path root = repository(name, "");
    // So that it is met at work.
    plan(name, name, name, ",'bandwidth':[{'limit':'2Mi'}]");

    // When
    String killed = order(name);
    eventually(() -> assertThat(copying(root)).isPresent());
    eventually(() -> assertThat(named(root, ".vol1.").toFile()).exists());
    assertThat(copying(root).orElseThrow().destroyForcibly()).isTrue();
    Response completed = ended("runs", killed);

    // Then
    assertThat(completed.<String>path("status.state"))
        .as(completed.asString())
        .isEqualTo("Completed");

    // And when the next one is cancelled
    makeNoise(files);
    String cancelled = order(name);
    eventually(() -> assertThat(copying(root)).isPresent());
    assertThat(post(API + "/runs/" + cancelled + "/cancel", "").statusCode()).isEqualTo(200);

    // Then
    assertThat(ended("runs", cancelled).<String>path("status.state")).isEqualTo("Cancelled");
    assertThat(copying(root)).isEmpty();
    String status = duplicity(place(), PASSPHRASE, "collection-status file://" + root);
    assertThat(status).contains("Number of contained backup sets: 1", "No orphaned or incomplete");
    eventually(() -> assertThat(snapshots()).isEmpty());
  }

  /** duplicity's own process, which copies. */
  private static Optional<ProcessHandle> copying(Path root) {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> {
          String line = process.info().commandLine().orElse("");
          return line.startsWith("/usr/bin/python3") && describes(line, root);
        })
        .findFirst();
  }

  private static boolean describes(String line, Path root) {
    try {
      String job = Files.readString(Path.of(line.substring(line.lastIndexOf(' ') + 1)));
      return job.contains("\"do\":\"copy\"") && job.contains(root.toString());
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void twoInstallationsDoNotWriteAtOnceAndAreToldOfEachOther() throws Exception {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, "");
    plan(name, name, name, "");
    try (ChildJvm other =
        ChildJvm.start(
            64, BackupBadDaysIT.OtherInstallation.class, root.resolve(".lock").toString())) {
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
  void aTargetThatIsGoneIsNotMadeAnew() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, "");
    plan(name, name, name, "");
    Path away = Files.move(root, root.resolveSibling("unplugged"));

    // When
    Response failed = run(name);

    // Then
    assertThat(reason(failed)).as(failed.asString()).isEqualTo("RepositoryAway");
    assertThat(root).doesNotExist();

    // And when it is plugged in again
    Path _ = Files.move(away, root);

    // Then
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
  }

  @Test
  void aClockThatIsADayBehindIsExplainedAndWhatIsRememberedIsLookedAtWhenAsked()
      throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, "");
    plan(name, name, name, "");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");

    // When
    clock.set(Instant.now().minus(Duration.ofDays(1)));
    Response behind = run(name);
    clock.setRight();
    Response right = run(name);

    // Then
    assertThat(behind.<String>path("status.state")).as(behind.asString()).isEqualTo("Failed");
    assertThat(message(behind)).contains("the clock is behind now", "when it is right");
    assertThat(right.<String>path("status.state")).as(right.asString()).isEqualTo("Completed");

    // And when somebody takes files away, which is seen within the hour only when asked
    Response before = asking().body("").post(API + "/repositories/" + name + "/check");
    try (Stream<Path> all = Files.list(root)) {
      for (Path file : all.filter(one -> one.toString().contains("manifest")).toList()) {
        Files.delete(file);
      }
    }
    Response after = asking().body("").post(API + "/repositories/" + name + "/check");

    // Then
    assertThat(before.statusCode()).as(before.asString()).isEqualTo(200);
    assertThat(before.<Boolean>path("usable")).as(before.asString()).isTrue();
    assertThat(before.<Integer>path("runs")).isEqualTo(2);
    assertThat(after.<Integer>path("runs")).as(after.asString()).isEqualTo(0);

    // And when its disk is gone
    String _ = Shell.must("rm", "-r", root.toString());
    Response gone = asking().body("").post(API + "/repositories/" + name + "/check");

    // Then
    assertThat(gone.<Boolean>path("usable")).as(gone.asString()).isFalse();
    assertThat(gone.<String>path("message")).contains("is its disk plugged in");
  }

  @Test
  void aSecretIsKeptAndNeverShown() throws IOException {
    // Given
    String name = freshName();
    String value = "only " + freshName() + " knows";
    secret(name, "passphrase", value);
    Path root = place().resolve("copies");
    var _ = made(API + "/repositories", name, spec("file://" + root, name, ""));

    // When
    Response listed = asking().get(API + "/secrets");
    Response needed = asking().delete(API + "/secrets/" + name);

    // Then
    assertThat(listed.<List<String>>path("find{it.name=='" + name + "'}.keys"))
        .containsExactly("passphrase");
    assertThat(listed.asString()).doesNotContain(value);
    assertThat(asking().get(API + "/repositories/" + name).asString()).doesNotContain(value);
    assertProblem(needed, 409, "secret-in-use");
    Path kept = BackupHouse.disks().directory().resolve("secrets/backup/" + name + ".json");
    assertThat(Shell.must("stat", "-c", "%a %U", kept.toString())).isEqualTo("600 root");
  }

  @Test
  void whatCannotBeIsRefusedWithTheWayOut() {
    // Given
    String name = freshName();
    secret(name, "password", "secret");
    String repositories = API + "/repositories";

    // When, Then
    for (String url :
        List.of(
            "ftp://host/x",
            "sftp://host/x",
            "sftp://user:password@host/x",
            "s3://host",
            "s3://host/B",
            "webdav://user@host/a/../b",
            "rclone://remote",
            "rclone://re mote:x",
            "file:///etc/homecloud")) {
      assertProblem(wish(repositories, "x", spec(url, name, "")), 422, "url-refused");
    }
    assertProblem(
        wish(repositories, "x", spec("file:///mnt/usb/x", "none-such", "")),
        404,
        "secret-not-found");
    assertProblem(
        wish(repositories, "x", spec("file:///mnt/usb/x", name, "")), 422, "encryption-invalid");
    assertProblem(
        wish(repositories, "x", "{'engine':'duplicity','url':'file:///mnt/usb/x'}"),
        422,
        "encryption-invalid");
    for (String ignored :
        List.of(
            "'engine':'rsync','url':'ssh://pi@127.0.0.1/x','secretRef':'%s'",
            "'engine':'rsync','url':'file:///mnt/usb/x','secretRef':'%s'",
            "'engine':'rsync','url':'file:///mnt/usb/x','hostKey':'SHA256:x'",
            "'engine':'duplicity','url':'sftp://pi@127.0.0.1/x','encryption':{'mode':'none'},'hostKey':'SHA256:x'")) {
      Response refused = wish(repositories, "x", "{%s}".formatted(ignored.formatted(name)));
      assertProblem(refused, 422, "value-invalid");
      assertThat(refused.<String>path("detail"))
          .containsAnyOf("status.ssh.publicKey", "leave out", "leave it out", "knownHosts");
    }
    // But one that was taken once comes back from its pool.
    control
        .repositoryFeature()
        .check(
            new RepositorySpec(
                RepositorySpec.Engine.rsync,
                "ssh://pi@127.0.0.1/x",
                null,
                null,
                null,
                new Name(name),
                null,
                null,
                null));
    String far =
        "{'metadata':{'name':'%s-far%s'},'spec':{'engine':'duplicity','url':'s3://127.0.0.1:9/bucket/%s','encryption':{'mode':'none'}}}";
    post(repositories, far.formatted(name, "", name)).then().statusCode(201);
    assertProblem(post(repositories, far.formatted(name, "-2", name + "/")), 409, "url-taken");
    assertProblem(
        wish(
            repositories,
            "x",
            "{'engine':'duplicity','url':'file:///mnt/usb/x','encryption':{'mode':'none'},'fullEvery':'often'}"),
        422,
        "value-invalid");
    assertProblem(
        wish(
            repositories,
            "x",
            "{'engine':'rsync','url':'file:///mnt/usb/x','encryption':{'mode':'none'}}"),
        422,
        "encryption-invalid");
    assertProblem(
        asking().body("{\"values\":{}}").put(API + "/secrets/" + name), 422, "secret-invalid");
    assertProblem(
        asking().body("{\"values\":{\"passphrase\":\"a\\nb\"}}").put(API + "/secrets/" + name),
        422,
        "secret-invalid");
    assertProblem(asking().delete(API + "/secrets/none-such"), 404, "secret-not-found");
    assertThat(state("runs", "none")).isEmpty();
  }
}
