package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.message;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.tree.TreeFacts;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as they really are, copied twice and brought back, with all that is to them. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class FileKindsIT {
  /** btrfs takes 65,535 names of one file and ext4 65,000. */
  private static final int LINKS_OF_A_FILE = 50_000;

  private static final long SPARSE = Boolean.getBoolean("homecloud.soak") ? 10L << 30 : 1L << 30;
  private static final Duration LONG = Duration.ofMinutes(5);

  private static Response ran(String plan) {
    String name = Asking.order(plan);
    within(LONG, () -> assertThat(Asking.state("runs", name)).isIn("Completed", "Failed"));
    Response run = ended("runs", name);
    assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
    return run;
  }

  private static void assertSame(Path copy, Path files) {
    assertThat(
            TreeFacts.differences(
                TreeFacts.of(files).restorable(), TreeFacts.of(copy).restorable()))
        .isEmpty();
  }

  /** But for the top directory: a new volume has its own. */
  private static void assertSameInside(Path back, Path files) {
    var wanted = TreeFacts.of(files).restorable();
    var found = TreeFacts.of(back).restorable();
    wanted.remove(RelativePath.TOP);
    found.remove(RelativePath.TOP);
    assertThat(TreeFacts.differences(wanted, found)).isEmpty();
  }

  private static Path latest(Path root, String plan) throws IOException {
    return root.resolve(plan + "/latest").toRealPath().resolve(plan);
  }

  private static Path back(Response run, String volume) {
    String name = freshName();
    Response _ =
        Asking.wish(
            API + "/restores",
            name,
            "{'run':'%s','target':{'newVolume':{'name':'%s-back','pool':'home'}}}"
                .formatted(run.<String>path("metadata.name"), volume));
    within(LONG, () -> assertThat(Asking.state("restores", name)).isEqualTo("Completed"));
    return Path.of(
        asking().get(STORAGE + "/volumes/" + volume + "-back").<String>path("status.mountPath"));
  }

  /** Access lists by hand: the owning group may do all. */
  private static void accessLists(Path directory, String... paths) {
    String script =
        """
        import os, struct, sys
        entries = ((1, 7, -1), (2, 7, 7), (4, 7, -1), (16, 7, -1), (32, 5, -1))
        acl = struct.pack('<I', 2) + b''.join(struct.pack('<HHi', *entry) for entry in entries)
        for path in sys.argv[1:]:
            mode = os.stat(path).st_mode
            os.setxattr(path, 'system.posix_acl_access', acl)
            os.chmod(path, mode & 0o7000 | 0o775)
        """;
    String _ =
        Shell.in(directory, "python3 -c \"%s\" %s".formatted(script, String.join(" ", paths)));
  }

  @Test
  void aNewVolumeHasWhatIsNotedOfTheOldOne() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    Files.writeString(files.resolve("a"), "a");
    accessLists(files, ".");
    Files.setAttribute(files, "user:colour", "blue".getBytes(UTF_8));
    Path _ = repository(name, target("btrfs", 256L << 20));
    plan(name, name, name, "");

    // When
    Path back = back(ran(name), name);

    // Then
    assertThat((byte[]) Files.getAttribute(back, "user:colour")).asString(UTF_8).isEqualTo("blue");
    assertThat(TreeFacts.of(back).restorable())
        .hasEntrySatisfying(
            RelativePath.TOP, facts -> assertThat(facts).contains("system.posix_acl_access"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"btrfs", "ext4"})
  void anAccessListBesideASpecialBitIsWhole(String type) throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, "mkdir -p new old; chmod 1777 new; echo a > tool; chmod 4700 tool");
    accessLists(files, "new");
    Path root = repository(name, target(type, 256L << 20));
    plan(name, name, name, "");

    // When
    Response _ = ran(name);

    // Then
    assertSame(latest(root, name), files);

    // And when
    String _ = Shell.in(files, "chmod 1777 old; chmod 755 tool");
    accessLists(files, "old", "tool");
    Response second = ran(name);

    // Then
    assertSame(latest(root, name), files);
    assertSameInside(back(second, name), files);
  }

  @ParameterizedTest
  @ValueSource(strings = {"btrfs", "ext4"})
  void aHundredThousandHardLinksAreThoseFilesAgain(String type) throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    for (String one : List.of("a", "b")) {
      file(files, one + "/first", one);
      for (int i = 1; i < LINKS_OF_A_FILE; i++) {
        Files.createLink(files.resolve(one + "/" + i), files.resolve(one + "/first"));
      }
    }
    Path root = repository(name, target(type, 1L << 30));
    plan(name, name, name, "");

    // When: of one file a name goes and one comes, and the other's directory is renamed
    Response _ = ran(name);
    String _ = Shell.in(files, "chmod 600 b/first; rm b/17; ln b/first c; mv a d");
    Response second = ran(name);

    // Then
    assertSame(latest(root, name), files);
    assertThat(second.<String>path("status.looked.how"))
        .as(second.asString())
        .isEqualTo(type.equals("btrfs") ? "Changes" : "Scan");
    if (type.equals("ext4")) {
      // There a file has not room for the names of two copies, which rsync makes up for.
      assertSameInside(back(second, name), files);
    }
  }

  @Test
  void aSparseFileStaysSparse() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String size = Long.toString(SPARSE);
    String _ =
        Shell.in(
            files,
            "truncate -s %s holes; printf middle | dd of=holes bs=1 seek=%d conv=notrunc status=none; printf end >> holes"
                .formatted(size, SPARSE / 2));
    Path root = repository(name, target("btrfs", 200L << 20));
    plan(name, name, name, "");

    // When
    Response run = ran(name);
    Path copy = latest(root, name).resolve("holes");
    Path back = back(run, name).resolve("holes");

    // Then
    for (Path one : List.of(copy, back)) {
      assertThat(one).hasSize(SPARSE + 3);
      assertThat(Long.parseLong(Shell.must("stat", "-c", "%b", one.toString()))).isLessThan(2_000);
      String _ = Shell.must("cmp", one.toString(), files.resolve("holes").toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"btrfs", "ext4"})
  void devicesSocketsAndListsOfRightsComeBack(String type) throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ =
        Shell.in(
            files,
            """
            mkdir dir; mknod disk b 7 200; mknod null c 1 3; mkfifo dir/fifo; ln dir/fifo pipe
            ln -s 'a dangling one' link; ln link again
            printf '#!/bin/sh' > dir/tool; chmod 6755 dir/tool
            setfattr -n system.posix_acl_default -v 0x0200000001000700ffffffff02000500d204000004000500ffffffff10000500ffffffff20000000ffffffff dir
            setfattr -n user.long -v "$(printf '%0600d' 7)" dir/tool
            setfattr -n trusted.mine -v x dir; setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 dir/tool
            touch -h -d '1969-12-31 23:59:58.5' link; touch -d '2100-01-01 00:00:00.000000001' null
            touch "$(printf '%0255d' 1)" "$(printf 'x\\ny\\r')" -- '-n' '--delete' "$(printf '\\001\\177\\377')" ' ' '#a' ';b'
            mkdir -p "$(printf '%0255d' 2)/$(printf '\\377')"
            """);
    long socket =
        FileCalls.makeNode(
            Descriptor.AT_FDCWD,
            files.resolve("dir/socket").toString().getBytes(StandardCharsets.UTF_8),
            FileType.SOCKET,
            0640,
            0);
    assertThat(socket).isZero();
    Path root = repository(name, target(type, 200L << 20));
    plan(name, name, name, "");

    // When
    Response _ = ran(name);
    String _ =
        Shell.in(
            files,
            "mv dir/socket 'dir/#s'; rm pipe; mv null dir; setfattr -x trusted.mine dir; chmod 700 dir/tool; mv -- -n --");
    Response second = ran(name);

    // Then
    assertSame(latest(root, name), files);
    assertSameInside(back(second, name), files);
  }

  @Test
  void anExcludedPathMayBeALinkAndACopiedOneMayNot() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "real/inside", "1");
    file(files, "kept/2", "2");
    Files.createSymbolicLink(files.resolve("cache"), Path.of("real"));
    Files.createSymbolicLink(files.resolve("kept/out"), Path.of("/etc"));
    Path root = repository(name, target("btrfs", 200L << 20));
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%1$s','sources':[{'volume':'%1$s','exclude':['/cache','/kept/out/passwd']}]}"
                .formatted(name));
    var _ =
        made(
            API + "/plans",
            name + "-by-link",
            "{'repository':'%1$s','sources':[{'volume':'%1$s','path':'cache/inside'}]}"
                .formatted(name));

    // When
    Response _ = ran(name);
    Files.delete(files.resolve("cache"));
    Files.createDirectory(files.resolve("cache"));
    file(files, "cache/3", "3");
    Response _ = ran(name);
    Files.delete(files.resolve("cache/3"));
    Files.delete(files.resolve("cache"));
    Files.createSymbolicLink(files.resolve("cache"), Path.of("real"));
    Response byLink = run(name + "-by-link");

    // Then
    Path copy = latest(root, name);
    assertThat(copy.resolve("cache")).doesNotExist();
    assertThat(copy.resolve("kept/out")).isSymbolicLink();
    assertThat(copy.resolve("real/inside")).hasContent("1");
    assertThat(reason(byLink)).as(byLink.asString()).isEqualTo("SourceGone");
    assertThat(message(byLink)).contains("by a link");
  }

  @Test
  void aDiskThatKeepsOnlyWholeSecondsIsRefused() throws IOException {
    // Given
    Path disk = BackupHouse.disks().disk(64L << 20);
    String _ = Shell.must("mkfs.ext4", "-q", "-I", "128", disk.toString());
    Path root = BackupHouse.disks().mount(disk).resolve("copies");
    String name = freshName();

    // When
    Response _ =
        Asking.post(
            API + "/repositories",
            "{'metadata':{'name':'%s'},'spec':{'engine':'rsync','url':'%s'}}"
                .formatted(name, root.toUri()));

    // Then
    within(
        LONG,
        () ->
            assertThat(reason(asking().get(API + "/repositories/" + name)))
                .isEqualTo("FileSystemUnsuited"));
    assertThat(message(asking().get(API + "/repositories/" + name)))
        .contains("whole seconds", "-I 256");
    asking().delete(API + "/repositories/" + name + "?wait=10s");
  }
}
