package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.state;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.Asking.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restores that are led astray, fail in the middle, and are begun again. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class RestoresIT {
  @Test
  void restoresNeverLeaveTheirTarget() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a/secret.txt", "mine");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    Path outside = Files.createDirectory(BackupHouse.disks().directory().resolve(freshName()));
    Files.delete(files.resolve("a/secret.txt"));
    Files.delete(files.resolve("a"));
    Files.createSymbolicLink(files.resolve("a"), outside);
    Files.createSymbolicLink(files.resolve("away"), outside);

    // When
    Response through = restore(run, name + "/a/secret.txt", name, "");
    Response into = restore(run, name + "/a/secret.txt", name, "away");

    // Then
    assertThat(through.<String>path("status.state")).as(through.asString()).isEqualTo("Completed");
    assertThat(through.<Integer>path("status.kept")).isEqualTo(1);
    assertThat(into.<String>path("status.state")).as(into.asString()).isEqualTo("Failed");
    try (Stream<Path> left = Files.list(outside)) {
      assertThat(left).isEmpty();
    }
    assertThat(files.resolve("a")).isSymbolicLink();
    for (String path : List.of(name + "/../x", "../etc/passwd", name + "/./a", "%2e%2e/x", "%00")) {
      assertProblem(
          wish(API + "/restores", freshName(), "{'run':'%s','paths':['%s']}".formatted(run, path)),
          422,
          "path-invalid");
      assertProblem(
          wish(
              API + "/restores",
              freshName(),
              "{'run':'%s','target':{'volume':'%s','path':'%s'}}".formatted(run, name, path)),
          422,
          "path-invalid");
    }
  }

  @Test
  void aRestoreThatFailedGoesOnWithWhatItHadCopiedOrTakesItAlong() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    for (int i = 0; i < 20; i++) {
      file(files, "a/" + i + ".txt", "then " + i);
    }
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    for (int i = 0; i < 20; i++) {
      file(files, "a/" + i + ".txt", "of today " + i);
    }
    Path guarded = files.resolve("a/13.txt");
    String _ = Shell.must("chattr", "+i", guarded.toString());
    String spec = "{'run':'%s','paths':['%s/a'],'overwrite':'always'}".formatted(run, name);
    String restore = freshName();

    // When
    Response _ = wish(API + "/restores", restore, spec);
    Response failed = ended("restores", restore);
    Path beside = files.resolve(".homecloud-restore-" + failed.<String>path("metadata.uid"));
    Object copied = Files.getAttribute(beside.resolve("copied"), "unix:ino");
    Response stillFails = asking().body("").post(API + "/restores/" + restore + "/retry?wait=60s");
    Object kept = Files.getAttribute(beside.resolve("copied"), "unix:ino");
    String _ = Shell.must("chattr", "-i", guarded.toString());
    Response answer = asking().body("").post(API + "/restores/" + restore + "/retry?wait=60s");
    Response back = ended("restores", restore);

    // Then
    assertThat(failed.<String>path("status.state")).as(failed.asString()).isEqualTo("Failed");
    assertThat(stillFails.<String>path("status.state"))
        .as(stillFails.asString())
        .isEqualTo("Failed");
    assertThat(kept).isEqualTo(copied);
    assertThat(answer.statusCode()).as(answer.asString()).isIn(200, 202);
    assertThat(back.<String>path("status.state")).as(back.asString()).isEqualTo("Completed");
    assertThat(back.<Integer>path("status.attempts")).isEqualTo(3);
    for (int i = 0; i < 20; i++) {
      assertThat(files.resolve("a/" + i + ".txt")).hasContent("then " + i);
    }
    assertThat(beside).doesNotExist();
    assertProblem(
        asking().body("").post(API + "/restores/" + restore + "/retry"), 409, "restore-complete");

    // And when one that failed is not wanted any more
    String _ = Shell.must("chattr", "+i", guarded.toString());
    String other = freshName();
    Response _ = wish(API + "/restores", other, spec);
    Path left =
        files.resolve(".homecloud-restore-" + ended("restores", other).path("metadata.uid"));
    assertThat(left).isDirectory();
    asking().delete(API + "/restores/" + other + "?wait=60s").then().statusCode(204);
    String _ = Shell.must("chattr", "-i", guarded.toString());

    // Then
    assertThat(left).doesNotExist();
  }

  @Test
  void whatACancelledRestoreHadCopiedGoesWithItAlsoWhenItsRunIsGone() throws IOException {
    // Given: one that failed, and was cancelled when it had been begun again
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "then");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    file(files, "a.txt", "of today");
    String _ = Shell.must("chattr", "+i", files.resolve("a.txt").toString());
    String restore = freshName();
    Response _ =
        wish(API + "/restores", restore, "{'run':'%s','overwrite':'always'}".formatted(run));
    Response failed = ended("restores", restore);
    assertThat(failed.<String>path("status.state")).as(failed.asString()).isEqualTo("Failed");
    String _ = Shell.must("fsfreeze", "--freeze", files.toString());
    try {
      Response _ = asking().body("").post(API + "/restores/" + restore + "/retry");
      eventually(() -> assertThat(state("restores", restore)).isEqualTo("Running"));
      asking().body("").post(API + "/restores/" + restore + "/cancel").then().statusCode(200);
      eventually(() -> assertThat(state("restores", restore)).isEqualTo("Cancelled"));
    } finally {
      String _ = Shell.must("fsfreeze", "--unfreeze", files.toString());
    }
    Path left = files.resolve(".homecloud-restore-" + failed.<String>path("metadata.uid"));
    assertThat(left).isDirectory();

    // When
    asking().delete(API + "/plans/" + name + "?wait=60s").then().statusCode(204);
    asking().delete(API + "/runs/" + run + "?wait=60s").then().statusCode(204);
    asking().delete(API + "/restores/" + restore + "?wait=60s").then().statusCode(204);

    // Then
    assertThat(left).doesNotExist();
    String _ = Shell.must("chattr", "-i", files.resolve("a.txt").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "older"})
  void whatARestoreReplacesIsInASnapshot(String overwrite) throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "letter.txt", "dear aunt");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    file(files, "letter.txt", "dear aunt, and uncle");
    // As unpacked from an archive: new, and of long ago by its time.
    Files.setLastModifiedTime(files.resolve("letter.txt"), FileTime.from(Instant.EPOCH));
    String restore = freshName();

    // When
    Response _ =
        wish(API + "/restores", restore, "{'run':'%s','overwrite':'%s'}".formatted(run, overwrite));
    Response done = ended("restores", restore);

    // Then
    assertThat(done.<String>path("status.state")).as(done.asString()).isEqualTo("Completed");
    assertThat(files.resolve("letter.txt")).hasContent("dear aunt");
    Response kept =
        asking()
            .get(
                STORAGE
                    + "/snapshots?labelSelector=homecloud.io/restore="
                    + done.<String>path("metadata.uid"));
    assertThat(kept.<String>path("items[0].spec.displayName"))
        .isEqualTo("Before restore " + restore);
    assertThat(Path.of(kept.<String>path("items[0].status.path")).resolve("letter.txt"))
        .hasContent("dear aunt, and uncle");
  }

  @Test
  @Timeout(600)
  void aRestoreStopsInTheMiddleWhenItIsCancelled() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, "mkdir a; head -c 30000000 /dev/urandom | split -b 3000 -a 4 - a/");
    Path _ = repository(name, target("ext4", 600L << 20));
    plan(name, name, name, "");
    String run = order(name);
    within(Duration.ofMinutes(3), () -> assertThat(state("runs", run)).isEqualTo("Completed"));
    String _ =
        Shell.in(files, "mkdir ../%1$s.then && cp -a a ../%1$s.then/ && rm -r a".formatted(name));
    Path then = files.resolveSibling(name + ".then");
    String restore = freshName();

    // When
    Response _ =
        Asking.post(
            API + "/restores",
            "{'metadata':{'name':'%s'},'spec':{'run':'%s'}}".formatted(restore, run));
    // Looked at on the disk, and held there: over HTTP a quick machine would be through.
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (copiedSoFar(files) < 3) {
      assertThat(System.nanoTime()).as(() -> state("restores", restore)).isLessThan(end);
      Thread.onSpinWait();
    }
    String _ = Shell.must("fsfreeze", "--freeze", files.toString());
    try {
      assertThat(state("restores", restore)).isEqualTo("Running");
      asking().body("").post(API + "/restores/" + restore + "/cancel").then().statusCode(200);
    } finally {
      String _ = Shell.must("fsfreeze", "--unfreeze", files.toString());
    }
    Response cancelled = ended("restores", restore);

    // Then
    assertThat(cancelled.<String>path("status.state"))
        .as(cancelled.asString())
        .isEqualTo("Cancelled");
    assertThat(reason(cancelled)).isEqualTo("Cancelled");
    eventually(() -> assertThat(files).isEmptyDirectory());

    // And when it is wanted after all
    Response _ = asking().body("").post(API + "/restores/" + restore + "/retry?wait=60s");

    // Then
    Response back = ended("restores", restore);
    assertThat(back.<String>path("status.state")).as(back.asString()).isEqualTo("Completed");
    assertThat(Shell.everything(files)).isEqualTo(Shell.everything(then));
    String _ = Shell.must("rm", "-rf", then.toString());
  }

  private static int copiedSoFar(Path files) throws IOException {
    try (Stream<Path> there = Files.walk(files)) {
      return Math.toIntExact(there.filter(Files::isRegularFile).limit(3).count());
    } catch (UncheckedIOException moved) {
      return 0;
    }
  }

  private static Response restore(String run, String path, String volume, String into) {
    String name = freshName();
    Response _ =
        wish(
            API + "/restores",
            name,
            "{'run':'%s','paths':['%s'],'overwrite':'older','target':{'volume':'%s','path':'%s'}}"
                .formatted(run, path, volume, into));
    return ended("restores", name);
  }
}
