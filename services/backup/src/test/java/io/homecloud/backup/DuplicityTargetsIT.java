package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.change;
import static io.homecloud.backup.Asking.condition;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.message;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.shown;
import static io.homecloud.backup.Asking.snapshotsOf;
import static io.homecloud.backup.Asking.state;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.DuplicityAsking.PASSPHRASE;
import static io.homecloud.backup.DuplicityAsking.place;
import static io.homecloud.backup.DuplicityAsking.secret;
import static io.homecloud.backup.DuplicityAsking.secrets;
import static io.homecloud.backup.DuplicityAsking.spec;
import static io.homecloud.backup.DuplicityAsking.unready;
import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.Eventually.Claim;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Copies go to servers: real ones of each kind. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DuplicityTargetsIT {
  /** Puts a file to where the repository is. */
  private interface Putting {
    void put(Path file, String text) throws IOException;
  }

  /** A repository there and a plan that copies the volume of that name to it. */
  private static void planned(String name, String url, Map<String, String> secret, String more) {
    secret(name, "passphrase", PASSPHRASE);
    secrets(name + "-target", secret);
    var _ =
        made(
            API + "/repositories",
            name,
            spec(url, name, ",'secretRef':'%s-target'".formatted(name)));
    plan(name, name, name, more);
  }

  private static void assertCompleted(Response run) {
    assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
  }

  private static void copies(String url, Map<String, String> secret, Path data, Runnable away)
      throws IOException {
    copies(
        url,
        secret,
        data,
        (file, text) -> {
          Path _ = Files.writeString(file, text);
        },
        away);
  }

  /** Copies there, looks, is told of another installation, and that the server is away. */
  private static void copies(
      String url, Map<String, String> secret, Path data, Putting putting, Runnable away)
      throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "as it was");
    planned(name, url, secret, "");

    // When
    Response completed = run(name);

    // Then
    assertCompleted(completed);
    String run = completed.path("metadata.name");
    assertThat(asking().get(API + "/runs/" + run + "/files/" + name + "/a.txt").asString())
        .isEqualTo("as it was");
    assertThat(names(data))
        .anyMatch(file -> file.endsWith(".difftar.gpg"))
        .noneMatch(file -> file.contains(name) || file.contains("lock"));

    // And when another installation uses it
    Path lock =
        named(data, "homecloud-repository.json")
            .resolveSibling("homecloud-lock-018f3f7e-0000-4000-8000-000000000001.json");
    putting.put(
        lock,
        "{\"installation\":\"018f3f7e-0000-4000-8000-000000000001\",\"since\":\"2026-11-26T03:00:00Z\",\"seen\":\"%s\"}"
            .formatted(Instant.now()));
    Response locked = run(name);

    // Then
    assertThat(reason(locked)).as(locked.asString()).isEqualTo("RepositoryLocked");
    assertThat(message(locked)).contains("018f3f7e-0000-4000-8000-000000000001", "03:00:00Z");
    assertThat(names(data).filter(file -> file.contains("lock"))).hasSize(1);

    // And when the server is away
    Files.delete(lock);
    away.run();
    Response failed = run(name);

    // Then
    assertThat(reason(failed)).as(failed.asString()).isEqualTo("RepositoryAway");
    assertThat(message(failed)).contains("does not answer");
  }

  /** What has to be sent takes as long as the plan's bandwidth says. */
  private static void isPaced(String url, Map<String, String> secret) {
    isPaced(url, secret, () -> {});
  }

  /**
   * @param meanwhile what is so for a moment while it copies
   */
  private static void isPaced(String url, Map<String, String> secret, Claim meanwhile) {
    String name = freshName();
    String _ = Shell.in(volume(name), "head -c %d /dev/urandom > noise".formatted(4 << 20));
    planned(name, url, secret, ",'bandwidth':[{'limit':'1Mi'}]");

    String run = order(name);
    eventually(meanwhile);
    Response completed = ended("runs", run);

    assertCompleted(completed);
    assertThat(
            Duration.between(
                Instant.parse(completed.path("status.startedAt")),
                Instant.parse(completed.path("status.completedAt"))))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(4));
  }

  private static byte[] fetched(String run, String path) {
    return asking().get(API + "/runs/" + run + "/files/" + path).asByteArray();
  }

  private static Stream<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.map(path -> path.getFileName().toString()).toList().stream();
    }
  }

  /** Of the repository that is not paced. */
  private static Path named(Path directory, String name) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> path.getFileName().toString().equals(name))
          .filter(path -> !path.toString().endsWith("slow/" + name))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void toSftp() throws IOException {
    Path directory = place();
    try (TargetServer server = TargetServer.sftp(directory)) {
      String url =
          "sftp://root@127.0.0.1:" + server.port() + directory.resolve("data/of friends/copies");
      String key = Files.readString(directory.resolve("user"));
      String known =
          "[127.0.0.1]:" + server.port() + " " + Files.readString(directory.resolve("host.pub"));
      String other =
          "[127.0.0.1]:" + server.port() + " " + Files.readString(directory.resolve("user.pub"));

      // A server that nobody knows, and one that is not who it was, get nothing.
      assertThat(unready(url.replace(" ", "%20"), Map.of("sshKey", key))).contains("ssh-keyscan");
      assertThat(unready(url.replace(" ", "%20"), Map.of("sshKey", key, "knownHosts", other)))
          .contains("not the one that is known");
      assertThat(directory.resolve("data")).isEmptyDirectory();

      // What is not whole has not its name.
      isPaced(
          url.replace(" ", "%20") + "-slow",
          Map.of("sshKey", key, "knownHosts", known),
          () -> assertThat(names(directory)).contains("homecloud-part"));
      assertThat(names(directory)).doesNotContain("homecloud-part");
      copies(
          url.replace(" ", "%20"),
          Map.of("sshKey", key, "knownHosts", known),
          directory.resolve("data"),
          server::close);
    }
  }

  @Test
  void toS3() throws IOException {
    Path directory = place();
    try (TargetServer server = TargetServer.s3(directory)) {
      String url = "s3+http://127.0.0.1:" + server.port() + "/";

      assertThat(
              unready(
                  url + "bucket/x", Map.of("accessKey", "AKIDEXAMPLE", "secretKey", "another one")))
          .contains("refuses");
      assertThat(
              unready(
                  url + "no-bucket/x",
                  Map.of("accessKey", "AKIDEXAMPLE", "secretKey", "SECRETEXAMPLE")))
          .contains("no such bucket");

      isPaced(
          url + "bucket/slow", Map.of("accessKey", "AKIDEXAMPLE", "secretKey", "SECRETEXAMPLE"));
      copies(
          url + "bucket/of/anna",
          Map.of("accessKey", "AKIDEXAMPLE", "secretKey", "SECRETEXAMPLE"),
          directory.resolve("data"),
          (file, text) -> {
            String _ =
                Shell.must(
                    "curl",
                    "--fail",
                    "--silent",
                    "--show-error",
                    "--aws-sigv4",
                    "aws:amz:us-east-1:s3",
                    "--user",
                    "AKIDEXAMPLE:SECRETEXAMPLE",
                    "--header",
                    "x-amz-content-sha256: UNSIGNED-PAYLOAD",
                    "-X",
                    "PUT",
                    "--data-binary",
                    text,
                    url.substring(3) + "bucket/of/anna/" + file.getFileName());
          },
          server::close);
    }
  }

  @Test
  void toWebdav() throws IOException {
    Path directory = place();
    try (TargetServer server = TargetServer.webdav(directory)) {
      String url = "webdav://anna@127.0.0.1:" + server.port() + "/of/anna";

      assertThat(unready(url, Map.of("password", "what others guess"))).contains("refuses");

      isPaced(url + "-slow", Map.of("password", "only anna knows"));
      copies(url, Map.of("password", "only anna knows"), directory.resolve("data"), server::close);
    }
  }

  @Test
  void toWhateverRcloneReaches() throws IOException {
    Path directory = place();
    try (TargetServer server = TargetServer.webdav(directory)) {
      String config =
          """
          [nas]
          type = webdav
          url = http://127.0.0.1:%d
          vendor = other
          user = anna
          pass = %s
          """
              .formatted(server.port(), Shell.must("rclone", "obscure", "only anna knows"));

      isPaced("rclone://nas:slow", Map.of("rcloneConfig", config));
      copies(
          "rclone://nas:of/anna",
          Map.of("rcloneConfig", config),
          directory.resolve("data"),
          server::close);
    }
  }

  @Test
  void copiesOnADiskThatIsMountedLateAreNotForgotten() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "as it was");
    Path directory = place();
    Path data = directory.resolve("data");
    try (TargetServer server = TargetServer.webdav(directory)) {
      String url = "webdav://anna@127.0.0.1:" + server.port() + "/of/anna";
      planned(name, url, Map.of("password", "only anna knows"), "");
      String before = run(name).path("metadata.name");

      // When: where it is mounted there is a directory, and it is empty
      Path real = named(data, "homecloud-repository.json").getParent();
      Path aside = directory.resolve("aside");
      Files.move(real, aside);
      Files.createDirectory(real);
      Response failed = run(name);
      Response checked = asking().post(API + "/repositories/" + name + "/check");

      // Then
      assertThat(reason(failed)).as(failed.asString()).isEqualTo("RepositoryAway");
      assertThat(checked.statusCode()).isLessThan(500);
      long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
      while (System.nanoTime() < end) {
        assertThat(reason(asking().get(API + "/runs/" + before))).isNotEqualTo("CopyMissing");
      }

      // And when it is mounted
      Files.delete(real);
      Files.move(aside, real);
      assertCompleted(run(name));
      assertThat(new String(fetched(before, name + "/a.txt"), UTF_8)).isEqualTo("as it was");
    }
  }

  @Test
  void aServerThatIsAwayForAMomentIsGoneOnWith() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, "head -c 24000000 /dev/urandom > noise");
    Path directory = place();
    Path data = directory.resolve("data");
    try (TargetServer server = TargetServer.webdav(directory)) {
      String url = "webdav://anna@127.0.0.1:" + server.port() + "/of/anna";
      planned(name, url, Map.of("password", "only anna knows"), "");

      // When
      String run = order(name);
      eventually(() -> assertThat(names(data)).anyMatch(file -> file.contains(".vol1.")));
      server.restart();

      // Then
      Response completed = ended("runs", run);
      assertCompleted(completed);
      assertThat(names(data).filter(file -> file.contains("manifest"))).hasSize(1);
      Path noise = Files.write(directory.resolve("noise"), fetched(run, name + "/noise"));
      assertThat(noise).hasSameBinaryContentAs(files.resolve("noise"));
    }
  }

  /** A run that waits for its server, which went away when the second volume was begun. */
  private static String waiting(String name, Path directory, TargetServer server)
      throws IOException {
    String _ = Shell.in(volume(name), "head -c 24000000 /dev/urandom > noise");
    // Slow enough to be in the middle of it.
    planned(
        name,
        "webdav://anna@127.0.0.1:" + server.port() + "/of/anna",
        Map.of("password", "only anna knows"),
        ",'bandwidth':[{'limit':'1Mi'}]");
    String run = order(name);
    eventually(() ->
        assertThat(names(directory.resolve("data"))).anyMatch(file -> file.contains(".vol2.")));
    server.close();
    within(
        Duration.ofMinutes(2),
        () -> assertThat(state("runs", run)).as(shown(run).asString()).isEqualTo("Pending"));
    return run;
  }

  @Test
  void aServerThatIsAwayForLongerIsWaitedForWithWhatWasCopied() throws IOException {
    // Given
    String name = freshName();
    Path directory = place();
    Path data = directory.resolve("data");
    try (TargetServer server = TargetServer.webdav(directory)) {
      // When
      String run = waiting(name, directory, server);

      // Then
      Response waits = shown(run);
      assertThat(reason(waits)).as(waits.asString()).isEqualTo("RepositoryAway");
      assertThat(message(waits))
          .contains("since " + condition(waits, "Interrupted", "lastTransitionTime"))
          .contains("does not answer");
      assertThat(snapshotsOf(waits)).hasSize(1);
      Path first = first(data);
      FileTime written = Files.getLastModifiedTime(first);

      // And when it is there again
      change(name, "{'bandwidth':null}");
      server.restart();

      // Then
      within(
          Duration.ofMinutes(2),
          () -> assertThat(state("runs", run)).as(shown(run).asString()).isEqualTo("Completed"));
      assertThat(first(data)).isEqualTo(first);
      assertThat(Files.getLastModifiedTime(first)).isEqualTo(written);
      assertThat(names(data).filter(file -> file.contains("manifest"))).hasSize(1);
      assertThat(condition(shown(run), "Interrupted", "reason")).isNull();
      Path noise = Files.write(directory.resolve("noise"), fetched(run, name + "/noise"));
      assertThat(noise).hasSameBinaryContentAs(files(name).resolve("noise"));
    }
  }

  private static Path files(String volume) {
    return Path.of(
        asking().get(Asking.STORAGE + "/volumes/" + volume).<String>path("status.mountPath"));
  }

  private static Path first(Path data) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(file -> file.getFileName().toString().contains(".vol1."))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void aRunThatWaitsForItsServerIsCancelled() throws IOException {
    // Given
    String name = freshName();
    Path directory = place();
    try (TargetServer server = TargetServer.webdav(directory)) {
      String run = waiting(name, directory, server);

      // When
      asking().body("").post(API + "/runs/" + run + "/cancel").then().statusCode(200);

      // Then
      within(
          Duration.ofMinutes(2),
          () -> assertThat(state("runs", run)).as(shown(run).asString()).isEqualTo("Cancelled"));
      eventually(() -> assertThat(snapshotsOf(shown(run))).isEmpty());
    }
  }
}
