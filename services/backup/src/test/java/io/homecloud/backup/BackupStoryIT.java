package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.snapshots;
import static io.homecloud.backup.Asking.snapshotsOf;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plan copies a volume to a disk, again when something changed, and everything comes back. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class BackupStoryIT {
  /** What people, and programs, really have on their disks. */
  private static final String ODD_FILES =
      """
      printf 'a letter' > letter.txt; chown 1000:1000 letter.txt; chmod 4751 letter.txt
      touch -d '2001-02-03 04:05:06.789012345' letter.txt
      mkdir -p 'photos/summer lake'; head -c 300000 /dev/urandom > 'photos/summer lake/1.jpg'
      ln 'photos/summer lake/1.jpg' photos/best.jpg
      ln -s /etc/passwd photos/outside; ln -s nowhere dangling
      mkfifo pipe; mknod null c 1 3
      truncate -s 50M holes; printf end >> holes
      touch -- '-rf' "$(printf 'new\\nline')" "$(printf 'not-utf8-\\377\\376')" "$(printf '%0255d' 7)"
      setfattr -n user.colour -v blue letter.txt
      setfattr -n system.posix_acl_access -v 0x0200000001000600ffffffff02000600d204000004000400ffffffff10000600ffffffff20000000ffffffff letter.txt
      """;

  @ParameterizedTest
  @ValueSource(strings = {"btrfs", "ext4"})
  void whatChangedIsCopiedAndEverythingComesBackAsItWas(String type) throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, ODD_FILES);
    Path root = repository(name, target(type, 600L << 20));
    plan(name, name, name, "");

    // When
    Response first = run(name);
    String before = Shell.everything(files);
    file(files, "photos/new.txt", "new");
    Files.delete(files.resolve("dangling"));
    Files.setLastModifiedTime(files.resolve("photos"), FileTime.from(Instant.EPOCH));
    Response second = run(name);

    // Then
    assertThat(first.<String>path("status.state")).as(first.asString()).isEqualTo("Completed");
    assertThat(second.<String>path("status.state")).as(second.asString()).isEqualTo("Completed");
    assertThat(second.<Integer>path("status.contents.filesCopied")).isEqualTo(1);
    assertThat(Shell.everything(tree(root, first).resolve(name))).isEqualTo(before);
    assertThat(Shell.everything(tree(root, second).resolve(name)))
        .isEqualTo(Shell.everything(files));
    assertThat(root.resolve(name + "/latest").toRealPath()).isEqualTo(tree(root, second));
    assertThat(
            Files.getAttribute(tree(root, second).resolve(name + "/photos/best.jpg"), "unix:ino")
                .equals(
                    Files.getAttribute(
                        tree(root, first).resolve(name + "/photos/best.jpg"), "unix:ino")))
        .isTrue();
    assertThat(
            Long.parseLong(
                Shell.must(
                    "stat", "-c", "%b", tree(root, first).resolve(name + "/holes").toString())))
        .isLessThan(2_000);
    assertThat(asking().get(API + "/repositories/" + name).<String>path("status.sharing"))
        .isEqualTo(type.equals("btrfs") ? "btrfs" : "links");
    eventually(() -> assertThat(snapshots()).isEmpty());
    eventually(() -> assertThat(snapshotsOf(second)).hasSize(type.equals("btrfs") ? 1 : 0));
    assertThat(first.<String>path("status.looked.how")).isEqualTo("Scan");
    assertThat(second.<String>path("status.looked.how"))
        .as(second.asString())
        .isEqualTo(type.equals("btrfs") ? "Changes" : "Scan");

    assertThat(log(first))
        .contains(" begins.", "Everything is looked at: It is the first copy.")
        .contains(" rsync: Number of files: ", " The copy is complete: ");
    assertThat(log(second))
        .contains(
            type.equals("btrfs")
                ? "Copied by what storage says has changed: "
                : "Everything is looked at: The repository is not on btrfs")
        .doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");

    // And when
    Response all =
        restored(
            "{'run':'%s','target':{'newVolume':{'name':'%s-back','pool':'home'}}}"
                .formatted(first.<String>path("metadata.name"), name));

    // Then
    assertThat(all.<String>path("status.state")).as(all.asString()).isEqualTo("Completed");
    Path back =
        Path.of(
            asking().get(STORAGE + "/volumes/" + name + "-back").<String>path("status.mountPath"));
    assertThat(Shell.everything(back)).isEqualTo(before);
    assertThat(told("io.homecloud.backup.completed.v1", second.path("metadata.name"))).isNotEmpty();
    assertThat(told("io.homecloud.restore.completed.v1", all.path("metadata.name"))).isNotEmpty();
  }

  private static String log(Response run) {
    Response log = asking().get(API + "/runs/" + run.path("metadata.name") + "/log");
    assertThat(log.contentType()).startsWith("text/plain");
    return log.asString();
  }

  private static Path tree(Path root, Response run) throws IOException {
    return root.resolve(run.<String>path("status.tree")).toRealPath();
  }

  private static Response restored(String spec) {
    String name = freshName();
    Response _ = Asking.wish(API + "/restores", name, spec);
    return ended("restores", name);
  }

  private static List<String> told(String type, String name) {
    eventually(() -> assertThat(messages(type, name)).isNotEmpty());
    List<String> messages = messages(type, name);
    assertThat(EventSchemas.violations(messages.getFirst())).isEmpty();
    return messages;
  }

  private static List<String> messages(String type, String name) {
    return TestKafka.messages("homecloud.backup").stream()
        .filter(message -> message.contains(type) && message.contains(name))
        .toList();
  }

  @Test
  void onlyWhatThePlanSaysIsCopied() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "documents/thesis.txt", "thesis");
    file(files, "documents/cache/1.tmp", "rubbish");
    file(files, "documents/keep.tmp", "kept");
    file(files, "music/song.ogg", "song");
    Path root = repository(name, target("btrfs", 300L << 20));
    var _ =
        made(
            API + "/plans",
            name,
            """
            {'repository':'%1$s','sources':[{'volume':'%1$s','path':'documents',
            'include':['keep.tmp'],'exclude':['*.tmp','cache/']}]}\
            """
                .formatted(name));
    Response part = run(name);

    // When: the next run has other sources than the copy that it begins with
    asking()
        .body("{\"spec\":{\"sources\":[{\"volume\":\"%s\",\"path\":\"music\"}]}}".formatted(name))
        .patch(API + "/plans/" + name)
        .then()
        .statusCode(200);
    Response other = run(name);

    // Then
    assertThat(part.<String>path("status.state")).as(part.asString()).isEqualTo("Completed");
    assertThat(names(tree(root, part)))
        .containsExactlyInAnyOrder(
            name,
            name + "/documents",
            name + "/documents/thesis.txt",
            name + "/documents/keep.tmp",
            "homecloud-run.json");
    assertThat(other.<String>path("status.state")).as(other.asString()).isEqualTo("Completed");
    assertThat(names(tree(root, other)))
        .containsExactlyInAnyOrder(
            name, name + "/music", name + "/music/song.ogg", "homecloud-run.json");
  }

  private static List<String> names(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.filter(path -> !path.equals(tree))
          .map(path -> tree.relativize(path).toString())
          .toList();
    }
  }

  @Test
  void aRunIsLookedIntoAndSingleFilesComeBackByTheRules() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a/one.txt", "one as it was");
    file(files, "a/two.txt", "two as it was");
    Path _ = repository(name, target("ext4", 100L << 20));
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    file(files, "a/one.txt", "one of today");
    Files.delete(files.resolve("a/two.txt"));
    String there = API + "/runs/" + run + "/files/";

    // When, Then
    assertThat(asking().get(there).<List<String>>path("items.name")).containsExactly(name);
    assertThat(asking().get(there + name + "/a").<List<String>>path("items.name"))
        .containsExactly("one.txt", "two.txt");
    assertThat(asking().get(there + name + "/a/one.txt").asString()).isEqualTo("one as it was");
    Asking.assertProblem(asking().get(there + name + "/b"), 404, "file-not-found");

    // When: all of it at once
    Files.createSymbolicLink(files.resolve("a/link"), Path.of("/etc/passwd"));
    String _ = Shell.must("mkfifo", files.resolve("a/pipe").toString());
    String more = run(name).path("metadata.name");
    Response zip = asking().get(API + "/runs/" + more + "/files/?zip");

    // Then
    assertThat(zip.header("Content-Disposition")).endsWith("''" + more + ".zip");
    assertThat(Asking.zipped(zip.asByteArray()))
        .containsOnlyKeys(
            more + "/",
            more + "/" + name + "/",
            more + "/" + name + "/a/",
            more + "/" + name + "/a/link",
            more + "/" + name + "/a/one.txt")
        .containsEntry(more + "/" + name + "/a/link", "/etc/passwd")
        .containsEntry(more + "/" + name + "/a/one.txt", "one of today");
    assertThat(Asking.zipped(asking().get(there + name + "/a?zip").asByteArray()))
        .containsOnlyKeys("a/", "a/one.txt", "a/two.txt")
        .containsEntry("a/one.txt", "one as it was");
    Files.delete(files.resolve("a/link"));
    Files.delete(files.resolve("a/pipe"));

    // When: what is there stays
    String paths = "{'run':'%s','paths':['%s/a']".formatted(run, name);
    Response kept = restored(paths + "}");

    // Then
    assertThat(kept.<String>path("status.state")).as(kept.asString()).isEqualTo("Completed");
    assertThat(kept.<Integer>path("status.restored")).isEqualTo(1);
    assertThat(kept.<Integer>path("status.kept")).isEqualTo(1);
    assertThat(files.resolve("a/one.txt")).hasContent("one of today");
    assertThat(files.resolve("a/two.txt")).hasContent("two as it was");

    // When: it is replaced, and once more beside it
    Response _ = restored(paths + ",'overwrite':'always'}");
    Response _ = restored(paths + ",'target':{'volume':'%s','path':'back/then'}}".formatted(name));

    // Then
    assertThat(files.resolve("a/one.txt")).hasContent("one as it was");
    assertThat(files.resolve("back/then/a/one.txt")).hasContent("one as it was");
    try (Stream<Path> left = Files.list(files)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("a", "back");
    }
  }

  @Test
  void retentionKeepsThePinnedAndTheLastAndSaysWhy() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, target("btrfs", 200L << 20));
    plan(name, name, name, "");
    String first = run(name).path("metadata.name");
    asking().body("").post(API + "/runs/" + first + "/pin?wait=60s").then().statusCode(200);
    String second = run(name).path("metadata.name");
    String third = run(name).path("metadata.name");

    // When
    asking()
        .body("{\"spec\":{\"retention\":{\"last\":1}}}")
        .patch(API + "/plans/" + name + "?wait=60s")
        .then()
        .statusCode(200);

    // Then
    eventually(() ->
        assertThat(
                asking().get(API + "/runs?plan=" + name).<List<String>>path("items.metadata.name"))
            .as(asking().get(API + "/runs?plan=" + name).asString())
            .containsExactlyInAnyOrder(first, third));
    try (Stream<Path> runs = Files.list(root.resolve(name + "/runs"))) {
      assertThat(runs.filter(Files::isDirectory)).hasSize(2);
    }
    assertThat(second).isNotEqualTo(third);
    Response preview = asking().get(API + "/plans/" + name + "/preview");
    assertThat(preview.<List<String>>path("runs.run")).containsExactly(third, first);
    assertThat(preview.<List<List<String>>>path("runs.reasons"))
        .containsExactly(List.of("the newest good one", "last"), List.of("pinned"));
    Asking.assertProblem(asking().delete(API + "/runs/" + first), 409, "run-pinned");
    // So that the plan does not delete it first.
    Asking.change(name, "{'suspended':true}");
    eventually(() ->
        assertThat(Asking.reason(asking().get(API + "/plans/" + name))).isEqualTo("Suspended"));
    asking()
        .body("{\"spec\":{\"pinned\":false}}")
        .patch(API + "/runs/" + first + "?wait=60s")
        .then()
        .statusCode(200);
    String uid = asking().get(API + "/runs/" + first).path("metadata.uid");
    Path logs = BackupHouse.disks().directory().resolve("backup/logs");
    assertThat(logs.resolve(uid)).isNotEmptyDirectory();
    asking().delete(API + "/runs/" + first + "?wait=60s").then().statusCode(204);
    assertThat(logs.resolve(uid)).doesNotExist();
    Asking.assertProblem(asking().delete(API + "/runs/" + third), 409, "run-is-the-last");
  }
}
