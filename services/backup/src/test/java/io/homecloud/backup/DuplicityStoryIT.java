package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.condition;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.runs;
import static io.homecloud.backup.Asking.snapshots;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.DuplicityAsking.PASSPHRASE;
import static io.homecloud.backup.DuplicityAsking.duplicity;
import static io.homecloud.backup.DuplicityAsking.named;
import static io.homecloud.backup.DuplicityAsking.place;
import static io.homecloud.backup.DuplicityAsking.repository;
import static io.homecloud.backup.DuplicityAsking.secret;
import static io.homecloud.backup.DuplicityAsking.secrets;
import static io.homecloud.backup.DuplicityAsking.spec;
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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Copies that nobody can read who has the target alone. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DuplicityStoryIT {
  @Inject TestClock clock;

  /** What duplicity keeps: neither access lists nor attributes, links or fractions of seconds. */
  private static final String FILES =
      """
      printf 'a letter' > letter.txt; chown 1000:1000 letter.txt; chmod 4751 letter.txt
      mkdir -p 'photos/summer lake'; head -c 300000 /dev/urandom > 'photos/summer lake/1.jpg'
      ln -s /etc/passwd photos/outside; ln -s nowhere dangling
      mkfifo pipe; mknod null c 1 3
      touch -- '-rf' "$(printf 'new\\nline')" "$(printf 'not-utf8-\\377\\376')" "$(printf '%0255d' 7)"
      find . -exec touch -h -d '2001-02-03 04:05:06' {} +
      """;

  /** duplicity does not bring back the times of links. */
  private static final String TIMES_OF_LINKS =
      "find . -type l -exec touch -h -d '2001-02-03 04:05:06' {} +";

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatChangedIsCopiedAndComesBackHereAndOnAnyMachineThatHasDuplicity() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, FILES);
    Path root = repository(name, "");
    plan(name, name, name, "");

    // When
    Response first = run(name);
    String before = Shell.everything(files);
    file(files, "photos/new.txt", "new");
    Response second = run(name);

    // Then
    assertThat(first.<String>path("status.state")).as(first.asString()).isEqualTo("Completed");
    assertThat(second.<String>path("status.state")).as(second.asString()).isEqualTo("Completed");
    assertThat(first.<Integer>path("status.contents.files")).isEqualTo(14);
    assertThat(second.<Integer>path("status.contents.filesCopied")).isBetween(1, 4);
    assertThat(names(root))
        .anyMatch(file -> file.startsWith("duplicity-inc."))
        .allMatch(
            file -> file.equals(".lock") || file.startsWith("homecloud-") || file.endsWith(".gpg"));
    eventually(() -> assertThat(snapshots()).isEmpty());

    // And when all comes back
    Response all =
        restored(
            "{'run':'%s','target':{'newVolume':{'name':'%s-back','pool':'home'}}}"
                .formatted(first.<String>path("metadata.name"), name));

    // Then
    assertThat(all.<String>path("status.state")).as(all.asString()).isEqualTo("Completed");
    Path back =
        Path.of(
            asking().get(STORAGE + "/volumes/" + name + "-back").<String>path("status.mountPath"));
    String _ = Shell.in(back, TIMES_OF_LINKS);
    assertThat(Shell.everything(back)).isEqualTo(before);

    // And when a stranger's machine has nothing but duplicity and the passphrase
    Path home = place();
    String status = duplicity(home, PASSPHRASE, "collection-status file://" + root);
    String _ =
        duplicity(
            home, PASSPHRASE, "restore --numeric-owner -r %s file://%s back".formatted(name, root));

    // Then
    assertThat(status).contains("Number of contained backup sets: 2", "No orphaned or incomplete");
    assertThat(Files.readString(home.resolve("back/photos/new.txt"))).isEqualTo("new");
    assertThat(Files.readString(home.resolve("back/letter.txt"))).isEqualTo("a letter");
  }

  private static Response restored(String spec) {
    String name = freshName();
    Response _ = Asking.wish(API + "/restores", name, spec);
    return ended("restores", name);
  }

  @Test
  void aRunIsLookedIntoAndSingleFilesComeBack() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a/one.txt", "one as it was");
    file(files, "a/two.txt", "two as it was");
    file(files, "b/cache/rubbish.tmp", "rubbish");
    file(files, "b/keep.tmp", "kept");
    Path _ = repository(name, "");
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%1$s','sources':[{'volume':'%1$s','include':['keep.tmp'],'exclude':['*.tmp','/b/cache/']}]}"
                .formatted(name));
    Response run = run(name);
    assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
    String looked = API + "/runs/" + run.<String>path("metadata.name") + "/files/";
    file(files, "a/one.txt", "one of today");
    Files.delete(files.resolve("a/two.txt"));

    // When
    List<String> top = asking().get(looked).path("items.name");
    List<String> page = asking().get(looked + name + "/a?limit=1").path("items.name");
    List<String> rest = asking().get(looked + name + "/b").path("items.name");
    String one = asking().get(looked + name + "/a/one.txt").asString();
    byte[] zip = asking().get(looked + name + "?zip").asByteArray();
    Response gone = asking().get(looked + name + "/a/three.txt");
    Response restored =
        restored(
            "{'run':'%s','paths':['%s/a/one.txt','%s/a/two.txt']}"
                .formatted(run.<String>path("metadata.name"), name, name));

    // Then
    assertThat(top).containsExactly(name);
    assertThat(page).containsExactly("one.txt");
    assertThat(rest).containsExactly("keep.tmp");
    assertThat(one).isEqualTo("one as it was");
    assertThat(Asking.zipped(zip))
        .containsEntry(name + "/a/one.txt", "one as it was")
        .containsEntry(name + "/b/keep.tmp", "kept");
    assertThat(BackupHouse.disks().directory().resolve("backup/downloads")).isEmptyDirectory();
    assertThat(asking().get(API + "/runs/" + run.path("metadata.name") + "/log").asString())
        .contains(" homecloud: A full copy, which begins a chain.", " The copy is complete: ");
    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(restored.<String>path("status.state"))
        .as(restored.asString())
        .isEqualTo("Completed");
    assertThat(Files.readString(files.resolve("a/one.txt"))).isEqualTo("one of today");
    assertThat(Files.readString(files.resolve("a/two.txt"))).isEqualTo("two as it was");

    // And when one file is brought to somewhere else
    String _ = Shell.in(files, "mkdir place; chown 1234:1235 place; chmod 2770 place");
    Response picked =
        restored(
            "{'run':'%s','paths':['%s/a/one.txt'],'target':{'volume':'%s','path':'place/picked'}}"
                .formatted(run.<String>path("metadata.name"), name, name));

    // Then: the directories that are made for it belong to whom those above them belong
    assertThat(picked.<String>path("status.state")).as(picked.asString()).isEqualTo("Completed");
    assertThat(Shell.in(files, "find place -name one.txt -exec cat {} +"))
        .isEqualTo("one as it was");
    assertThat(Shell.in(files, "find place -mindepth 1 -type d -printf '%U:%G %m\\n' | sort -u"))
        .isEqualToIgnoringWhitespace("1234:1235 2770");
  }

  @Test
  void whatDuplicityMadeByHandIsAttachedAndAChainOfOurOwnBeginsBesideIt() throws IOException {
    // Given
    String name = freshName();
    Path home = place();
    file(home, "mine/thesis.txt", "thesis");
    Path root = place();
    String _ = duplicity(home, PASSPHRASE, "full mine file://" + root);
    secret(name, "passphrase", PASSPHRASE);

    // When
    var _ = made(API + "/repositories", name, spec("file://" + root, name, ""));

    // Then
    assertThat(asking().get(API + "/repositories/" + name).<Integer>path("status.runs"))
        .isEqualTo(1);
    List<String> runs =
        asking()
            .get(API + "/runs?limit=1000")
            .path("items.findAll{it.spec.repository=='" + name + "'}.metadata.name");
    assertThat(runs).hasSize(1);
    assertThat(
            asking().get(API + "/runs/" + runs.getFirst() + "/files/files/thesis.txt").asString())
        .isEqualTo("thesis");

    // And when a plan copies to it
    Path files = volume(name);
    file(files, "new.txt", "new");
    plan(name, name, name, "");
    Response run = run(name);
    Response restored =
        restored(
            "{'run':'%s','target':{'volume':'%s','path':'old'}}".formatted(runs.getFirst(), name));

    // Then
    assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
    assertThat(restored.<String>path("status.state"))
        .as(restored.asString())
        .isEqualTo("Completed");
    assertThat(Files.readString(files.resolve("old/thesis.txt"))).isEqualTo("thesis");
    assertThat(names(root).stream().filter(file -> file.matches("duplicity-full\\..*manifest.*")))
        .as("a chain of our own, which goes without the other's")
        .hasSize(2);
  }

  @Test
  void copiesThatAreFoundAreNotTakenForThoseOfAVolumeOfBefore() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, "");
    plan(name, name, name, "");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    asking().delete(API + "/plans/" + name + "?wait=60s").then().statusCode(204);
    asking().delete(API + "/repositories/" + name + "?wait=60s").then().statusCode(204);

    // When
    var _ = made(API + "/repositories", name, spec("file://" + root, name, ""));
    plan(name, name, name, "");
    Response run = run(name);

    // Then
    assertThat(runs(name)).hasSize(2);
    eventually(() -> {
      Response plan = asking().get(API + "/plans/" + name);
      assertThat(plan.<String>path("status.lastSuccess")).isEqualTo(run.path("status.completedAt"));
      assertThat(condition(plan, "VolumeReplaced", "status")).isNotEqualTo("True");
    });
  }

  @Test
  void aChainGoesOnlyAsAWhole() throws IOException {
    // The other way round, what is written down in the future would be there for all other tests.
    clock.set(Instant.now().minus(Duration.ofHours(2)));
    try {
      // Given
      String name = freshName();
      Path files = volume(name);
      Path root = repository(name, ",'fullEvery':'1h'");
      plan(name, name, name, "");
      file(files, "a.txt", "1");
      String first = run(name).path("metadata.name");
      file(files, "a.txt", "2");
      String second = run(name).path("metadata.name");

      // When: the first could go, but the second builds on it
      asking()
          .body("{\"spec\":{\"retention\":{\"last\":1}}}")
          .patch(API + "/plans/" + name)
          .then()
          .statusCode(200);

      // Then
      Response preview = asking().get(API + "/plans/" + name + "/preview");
      assertThat(preview.<List<String>>path("runs.run")).containsExactly(second, first);
      assertThat(preview.<List<Boolean>>path("runs.keep")).containsExactly(true, true);
      assertThat(preview.<List<String>>path("runs[1].reasons"))
          .containsExactly("one chain with " + second);
      assertThat(asking().get(API + "/runs/" + first).statusCode()).isEqualTo(200);

      // And when the whole chain is old
      clock.setRight();
      file(files, "a.txt", "3");
      String third = run(name).path("metadata.name");

      // Then
      eventually(
          () -> assertThat(asking().get(API + "/runs/" + first).statusCode()).isEqualTo(404));
      eventually(
          () -> assertThat(asking().get(API + "/runs/" + second).statusCode()).isEqualTo(404));
      assertThat(asking().get(API + "/runs/" + third).<String>path("status.state"))
          .isEqualTo("Completed");
      assertThat(names(root)).noneMatch(file -> file.startsWith("duplicity-inc"));
      assertThat(names(root).stream().filter(file -> file.contains("manifest"))).hasSize(1);
    } finally {
      clock.setRight();
    }
  }

  @Test
  void whoHasThePublicKeyAloneCopiesAndThePrivateOneBringsBack() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "as it was");
    Path keys = place();
    String _ =
        Shell.in(
            keys,
            """
            HOME=$(mktemp -d /tmp/hc.XXXXXX)
            trap 'gpgconf --kill all; rm -rf "$HOME"' EXIT
            export HOME
            gpg --batch --passphrase '%1$s' --pinentry-mode loopback --quick-gen-key 'anna <anna@example.org>' default default never
            gpg --armor --export > public
            gpg --batch --passphrase '%1$s' --pinentry-mode loopback --armor --export-secret-keys > private
            """
                .formatted(PASSPHRASE));
    String open = Files.readString(keys.resolve("public"));
    secret(name, "publicKey", open);
    Path root = place().resolve("copies");
    var _ =
        made(
            API + "/repositories",
            name,
            spec("file://" + root, name, "").replace("symmetric", "keys"));
    plan(name, name, name, "");

    // When
    Response run = run(name);
    String looked =
        API + "/runs/" + run.<String>path("metadata.name") + "/files/" + name + "/a.txt";
    Response without = asking().get(looked);
    secrets(
        name,
        Map.of(
            "publicKey",
            open,
            "privateKey",
            Files.readString(keys.resolve("private")),
            "passphrase",
            PASSPHRASE));

    // Then
    assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
    Asking.assertProblem(without, 409, "repository-away");
    assertThat(asking().get(looked).asString()).isEqualTo("as it was");
    Asking.assertProblem(
        Asking.wish(
            API + "/plans",
            freshName(),
            "{'repository':'%s','sources':[{'volume':'%s'}]}".formatted(name, name)),
        409,
        "repository-in-use");
  }

  private static Response page(String path) {
    return asking().accept("text/html").get("/backups/" + path);
  }

  @Test
  void pagesSayOfEncryptedCopiesWhatIsKnownAndWhyTheyCannotBeRead() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), name + ".txt", "a letter");
    Path _ = repository(name, "");
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");

    // When
    String files = page("runs/" + run + "/files/" + name).asString();

    // Then
    assertThat(files).contains(name + ".txt").containsPattern("faint\">\\d+ \\w+ \\d{4}<");
    eventually(() ->
        assertThat(page("search?name=" + name + ".txt").asString())
            .contains("backups/runs/" + run)
            .doesNotContain("0 bytes"));

    // And when what is known of it here is lost, and another passphrase is in the secret
    secret(name, "passphrase", "of something else");
    Path room =
        BackupHouse.disks()
            .directory()
            .resolve("backup/duplicity")
            .resolve(asking().get(API + "/repositories/" + name).<String>path("metadata.uid"));
    String _ = Shell.in(room, "rm -r index cache");
    Response cannot = page("runs/" + run + "/files/" + name);

    // Then
    assertThat(cannot.asString()).contains("The passphrase is not the one");
  }

  @Test
  void aRestoreSaysHowFarItIs() throws IOException {
    // Given: the second volume at the target is there when somebody writes it into a pipe
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, "for i in 1 2 3 4 5 6; do head -c 1000000 /dev/urandom > $i; done");
    Path root = repository(name, "");
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    Path second = named(root, ".vol2.");
    Path aside = Files.move(second, place().resolve("second"));
    String _ = Shell.must("mkfifo", second.toString());

    // When
    String restore = freshName();
    Asking.post(
            API + "/restores",
            "{'metadata':{'name':'%s'},'spec':{'run':'%s','target':{'volume':'%s','path':'then'}}}"
                .formatted(restore, run, name))
        .then()
        .statusCode(201);

    // Then
    eventually(() -> {
      Response now = asking().get(API + "/restores/" + restore);
      assertThat(now.<Integer>path("status.progress.filesCopied")).as(now.asString()).isPositive();
      assertThat(now.<Integer>path("status.progress.bytesCopied")).isBetween(1_000_000, 5_000_000);
    });
    assertThat(page("restores/" + restore).asString()).contains(" MB copied");

    // And when
    String _ = Shell.in(root, "cat '%s' > '%s'".formatted(aside, second));

    // Then
    Response done = ended("restores", restore);
    assertThat(done.<String>path("status.state")).as(done.asString()).isEqualTo("Completed");
    assertThat(files.resolve("then/6")).hasSameBinaryContentAs(files.resolve("6"));
  }
}
