package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
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
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.snapshots;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.Asking.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies go to another machine over SSH, and come back from there. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class SshIT {
  private static final String ODD_FILES =
      """
      printf 'a letter' > letter.txt; chown 1000:1000 letter.txt; chmod 4751 letter.txt
      touch -d '2001-02-03 04:05:06.789012345' letter.txt
      mkdir -p 'photos/summer lake'; head -c 300000 /dev/urandom > 'photos/summer lake/1.jpg'
      ln 'photos/summer lake/1.jpg' photos/best.jpg
      ln -s /etc/passwd photos/outside; ln -s /etc photos/etc; mkfifo pipe; ln pipe photos/pipe
      truncate -s 5M holes; printf end >> holes
      touch -- '-rf' "$(printf 'new\\nline')" "it's" "$(printf '%0255d' 7)"
      setfattr -n user.colour -v blue letter.txt
      """;

  private static SshServer server;

  @Inject BackupControl control;

  @BeforeAll
  static void serve() throws IOException {
    server = new SshServer(BackupHouse.disks().directory().resolve(freshName()), "root");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String spec(SshServer to, String user, Path directory) {
    return "{'engine':'rsync','url':'ssh://%s@127.0.0.1:%d%s'}"
        .formatted(user, to.port(), directory.toUri().getRawPath().replaceAll("/$", ""));
  }

  private Response lookedAt(String repository) {
    return Asking.lookedAt(control, API + "/repositories/" + repository);
  }

  /** Makes a repository there, and gives our key to it as a person does. */
  private void repository(String name, SshServer to, String user, Path directory) {
    Response _ =
        post(
            API + "/repositories",
            "{'metadata':{'name':'%s'},'spec':%s}".formatted(name, spec(to, user, directory)));
    eventually(() -> {
      Response told = lookedAt(name);
      assertThat(told.<String>path("status.ssh.publicKey")).startsWith("ssh-ed25519 ");
      Files.writeString(to.authorizedKeys(), told.path("status.ssh.publicKey") + "\n");
      assertThat(reason(told)).as(told.asString()).isEqualTo("Ready");
    });
  }

  @ParameterizedTest
  @CsvSource({"root, ext4, links", "root, btrfs, btrfs", "postgres, ext4, links"})
  void whatIsThereIsAsPlainAsHereAndEverythingComesBack(String user, String type, String sharing)
      throws IOException {
    if (user.equals("root")) {
      story(server, user, type, sharing);
    } else {
      Path directory = BackupHouse.disks().directory().resolve(freshName());
      String _ =
          Shell.must(
              "sh",
              "-c",
              "p=$1; while [ \"$p\" != / ]; do p=$(dirname \"$p\"); chmod a+x \"$p\"; done",
              "sh",
              directory.toString());
      try (SshServer theirs = new SshServer(directory, user)) {
        story(theirs, user, type, sharing);
      }
    }
  }

  private void story(SshServer to, String user, String type, String sharing) throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, ODD_FILES);
    Path disk = target(type, 300L << 20);
    String _ = Shell.must("chown", user, disk.toString());
    Path root = disk.resolve("copies & $more");
    repository(name, to, user, root);
    plan(name, name, name, "");

    // When
    Response first = run(name);
    String before = Shell.everything(files);
    file(files, "photos/new.txt", "new");
    Files.delete(files.resolve("it's"));
    String _ = Shell.in(files, "rm photos/pipe; mkfifo -m 600 photos/pipe");
    Response second = run(name);

    // Then
    assertThat(first.<String>path("status.state")).as(first.asString()).isEqualTo("Completed");
    assertThat(second.<String>path("status.state")).as(second.asString()).isEqualTo("Completed");
    assertThat(second.<Integer>path("status.contents.filesCopied")).isEqualTo(1);
    Path tree = root.resolve(first.<String>path("status.tree"));
    Path newest = root.resolve(second.<String>path("status.tree"));
    assertThat(root.resolve(name + "/latest").toRealPath()).isEqualTo(newest.toRealPath());
    if (user.equals("root")) {
      assertThat(Shell.everything(tree.resolve(name))).isEqualTo(before);
      assertThat(Shell.everything(newest.resolve(name))).isEqualTo(Shell.everything(files));
    }
    if (sharing.equals("links")) {
      assertThat(Files.getAttribute(newest.resolve(name + "/letter.txt"), "unix:ino"))
          .isEqualTo(Files.getAttribute(tree.resolve(name + "/letter.txt"), "unix:ino"));
    }
    Response repository = asking().get(API + "/repositories/" + name);
    assertThat(repository.<String>path("status.sharing")).isEqualTo(sharing);
    assertThat(repository.<String>path("status.ssh.hostKeys[0]")).startsWith(to.fingerprint());

    // And when it is looked into
    String run = first.path("metadata.name");
    String there = API + "/runs/" + run + "/files/" + name;
    assertThat(asking().get(there).<List<String>>path("items.text"))
        .contains("-rf", "it's", "letter.txt", "photos");
    assertThat(asking().get(there + "/letter.txt").asString()).isEqualTo("a letter");
    assertThat(Asking.zipped(asking().get(there + "?zip").asByteArray()))
        .containsEntry(name + "/letter.txt", "a letter")
        .containsKeys(name + "/-rf", name + "/photos/");
    assertProblem(asking().get(there + "/nothing"), 404, "file-not-found");
    assertProblem(asking().get(there + "/photos/etc/passwd"), 404, "file-not-found");

    // And when it comes back
    String restore = freshName();
    Response _ =
        wish(
            API + "/restores",
            restore,
            "{'run':'%s','target':{'newVolume':{'name':'%s-back','pool':'home'}}}"
                .formatted(run, name));
    Response back = ended("restores", restore);

    // Then
    assertThat(back.<String>path("status.state")).as(back.asString()).isEqualTo("Completed");
    Path restored =
        Path.of(
            asking()
                .get(Asking.STORAGE + "/volumes/" + name + "-back")
                .<String>path("status.mountPath"));
    assertThat(Shell.everything(restored)).isEqualTo(before);

    // And when the first is not wanted any more
    asking().body("").post(API + "/runs/" + run + "/pin?wait=60s").then().statusCode(200);
    assertThat(tree.resolveSibling(tree.getFileName() + ".pinned")).exists();
    asking()
        .body("{\"spec\":{\"pinned\":false}}")
        .patch(API + "/runs/" + run + "?wait=60s")
        .then()
        .statusCode(200);
    asking().delete(API + "/runs/" + run + "?wait=60s").then().statusCode(204);

    // Then
    assertThat(tree).doesNotExist();
    eventually(() -> assertThat(snapshots()).isEmpty());
  }

  @Test
  void aCopyThatIsThereIsCompleteWhateverIsBesideIt() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "a");
    Path root = target("ext4", 64L << 20).resolve("copies");
    repository(name, server, "root", root);
    plan(name, name, name, "");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    file(root.resolve(name + "/latest.next"), "of somebody", "");

    // When
    file(files, "a.txt", "b");
    Response second = run(name);

    // Then
    assertThat(second.<String>path("status.state")).as(second.asString()).isEqualTo("Completed");
    assertThat(root.resolve(second.<String>path("status.tree")).resolve(name + "/a.txt"))
        .hasContent("b");
  }

  @Test
  void whatThereIsNoRoomForIsNotFetched() throws IOException {
    // Given
    String name = freshName();
    String _ = Shell.in(volume(name), "truncate -s 12M film; printf a > a.txt");
    repository(name, server, "root", target("ext4", 64L << 20).resolve("copies"));
    plan(name, name, name, "");
    Response run = run(name);
    assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
    String there = API + "/runs/" + run.<String>path("metadata.name") + "/files/" + name;
    Path downloads =
        Files.createDirectories(BackupHouse.disks().directory().resolve("backup/downloads"));
    Path disk = BackupHouse.disks().disk(16L << 20);
    String _ = Shell.must("mkfs.ext4", "-q", "-O", "^has_journal", disk.toString());
    String _ = Shell.must("mount", disk.toString(), downloads.toString());
    try {
      // When, Then
      assertProblem(asking().get(there + "/film"), 409, "download-too-large");
      assertThat(asking().get(there + "/a.txt").asString()).isEqualTo("a");
    } finally {
      eventually(() -> Shell.must("umount", downloads.toString()));
    }
  }

  @Test
  void aLostConnectionIsGoneOnWith() throws IOException {
    assertGoneOnWith("true");
  }

  @Test
  void whatAPowerCutThereLeftIsNotGoneOnWithUntilItIsLookedThrough() throws IOException {
    // A file has its size and time, and not its data.
    assertGoneOnWith(
        """
        f=$(find . -name a.txt); t=$(stat -c %y "$f")
        printf 0 | dd of="$f" conv=notrunc status=none; touch -d "$t" "$f"
        printf 'another boot' > .begun
        """);
  }

  /**
   * The line is cut in the middle of a copy, and in the end that is as it should be.
   *
   * @param meanwhile what happens before that in the directory of copies, as a script
   */
  private void assertGoneOnWith(String meanwhile) throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, "head -c 40000000 /dev/urandom > large; echo a > a.txt");
    Path root = target("ext4", 200L << 20).resolve("copies");
    repository(name, server, "root", root);
    plan(name, name, name, ",'bandwidth':[{'limit':'2Mi'}]");

    // When
    String run = order(name);
    eventually(() ->
        assertThat(Shell.in(root, "find . -path '*incomplete*' -name '.large.*' -size +1M"))
            .isNotEmpty());
    String _ = Shell.in(root.resolve(name + "/runs"), meanwhile);
    assertThat(server.cut()).isPositive();

    // Then
    Response end = ended("runs", run);
    assertThat(end.<String>path("status.state")).as(end.asString()).isEqualTo("Completed");
    assertThat(Shell.everything(root.resolve(name + "/latest/" + name)))
        .isEqualTo(Shell.everything(files));
    assertThat(Shell.in(root.resolve(name), "ls -A . runs | grep -E 'partial|incomplete' || true"))
        .isEmpty();
  }

  private void database(String statement, Object... values) {
    control
        .plane()
        .database()
        .useTransaction(transaction -> transaction.handle().execute(statement, values));
  }

  @Test
  void whatALostNodeReadIsReadOnAnother() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "as it was");
    Path root = target("ext4", 64L << 20).resolve("copies");
    repository(name, server, "root", root);
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    database("insert into node (name, url) values ('lost', 'http://lost:8083')");
    database(
        "update resource set node = 'lost' where ? in (spec->>'repository', name) and kind in ('Repository', 'Run')",
        name);
    String take = API + "/repositories/" + name + "/take";

    // When, then
    assertProblem(asking().body("").post(take), 409, "repository-of-another");
    database("update node set left_at = now() where name = 'lost'");
    asking().body("").post(take).then().statusCode(200).body("spec.node", equalTo("testnode"));
    assertThat(asking().get(API + "/runs/" + run + "/files/" + name + "/a.txt").asString())
        .isEqualTo("as it was");
    String restore = freshName();
    Response _ =
        wish(
            API + "/restores",
            restore,
            "{'run':'%s','target':{'volume':'%s','path':'back'}}".formatted(run, name));
    assertThat(ended("restores", restore).<String>path("status.state")).isEqualTo("Completed");
    database("delete from node where name = 'lost'");
  }

  @Test
  void anotherHostKeyIsRefusedAndExplainedUntilSomebodySaysThatItIsRight() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = target("ext4", 64L << 20).resolve("copies");
    repository(name, server, "root", root);
    plan(name, name, name, "");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    String known = server.fingerprint();

    // When
    server.changeHostKey();
    Response refused = run(name);

    // Then
    assertThat(refused.<String>path("status.state")).isEqualTo("Failed");
    assertThat(message(refused)).contains(known, server.fingerprint(), "spec.hostKey");
    eventually(() -> assertThat(reason(lookedAt(name))).isEqualTo("HostKeyChanged"));
    assertProblem(
        asking()
            .body("{\"spec\":{\"hostKey\":\"SHA256:no\"}}")
            .patch(API + "/repositories/" + name),
        422,
        "value-invalid");

    // And when
    asking()
        .body("{\"spec\":{\"hostKey\":\"" + server.fingerprint() + "\"}}")
        .patch(API + "/repositories/" + name)
        .then()
        .statusCode(200);

    // Then
    eventually(() -> assertThat(reason(lookedAt(name))).isEqualTo("Ready"));
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
  }

  private void assertKnownByTheNamedKeyAlone(String repository, SshServer to) {
    eventually(() ->
        assertThat(lookedAt(repository).<List<String>>path("status.ssh.hostKeys"))
            .singleElement()
            .asString()
            .startsWith(to.fingerprint() + " "));
    assertThat(
            BackupHouse.disks()
                .directory()
                .resolve("secrets/backup-ssh-hosts")
                .resolve(
                    asking().get(API + "/repositories/" + repository).<String>path("metadata.uid")
                        + ".hosts"))
        .as("in what a copy of the installation has")
        .isRegularFile();
  }

  @Test
  void besidesTheHostKeyThatIsNamedNoneIsBelieved() throws IOException {
    // Given
    String first = freshName();
    String second = freshName();
    Path disk = target("ext4", 64L << 20);
    try (SshServer two =
        new SshServer(BackupHouse.disks().directory().resolve(freshName()), "root")) {
      two.showHostKeys("ed25519", "ecdsa");
      repository(first, two, "root", disk.resolve("first"));
      assertThat(lookedAt(first).<List<String>>path("status.ssh.hostKeys")).hasSize(2);

      // When, then
      asking()
          .body("{\"spec\":{\"hostKey\":\"" + two.fingerprint() + "\"}}")
          .patch(API + "/repositories/" + first)
          .then()
          .statusCode(200);
      assertKnownByTheNamedKeyAlone(first, two);

      // When, then
      Response _ =
          post(
              API + "/repositories",
              "{'metadata':{'name':'%s'},'spec':{'engine':'rsync','url':'ssh://root@127.0.0.1:%d%s','hostKey':'%s'}}"
                  .formatted(second, two.port(), disk.resolve("second"), two.fingerprint()));
      eventually(() -> assertThat(reason(lookedAt(second))).isEqualTo("Ready"));
      assertKnownByTheNamedKeyAlone(second, two);

      // And when
      two.showHostKeys("ecdsa");

      // Then
      for (String repository : List.of(first, second)) {
        eventually(() -> assertThat(reason(lookedAt(repository))).isEqualTo("HostKeyChanged"));
      }
    }
  }

  @Test
  void whatIsNoMachineIsRefusedOrTold() {
    // When, Then
    for (String url :
        List.of(
            "ssh://127.0.0.1/x/y",
            "ssh://user@-oProxyCommand=x/y",
            "ssh://-l@host/x",
            "ssh://user@host",
            "ssh://user@host/../x",
            "ssh://user@host/x?y")) {
      assertProblem(
          wish(API + "/repositories", "x", "{'engine':'rsync','url':'%s'}".formatted(url)),
          422,
          "url-refused");
    }
    String name = freshName();
    Response _ =
        post(
            API + "/repositories",
            "{'metadata':{'name':'%s'},'spec':{'engine':'rsync','url':'ssh://root@127.0.0.1:1/x/y'}}"
                .formatted(name));
    eventually(() -> assertThat(message(lookedAt(name))).contains("No SSH server answers"));
  }
}
