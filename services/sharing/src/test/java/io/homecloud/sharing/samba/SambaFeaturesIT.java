package io.homecloud.sharing.samba;

import static io.homecloud.sharing.samba.People.ALICE;
import static io.homecloud.sharing.samba.People.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.SmbRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a share can be besides a directory. */
class SambaFeaturesIT {
  private static SambaHouse house;
  private static Path file;

  @BeforeAll
  static void serve() throws Exception {
    house = new SambaHouse();
    file = Files.writeString(house.scratch("file"), "content");
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static void apply(ServedShare... shares) {
    applyFor(List.of(ALICE, BOB), shares);
  }

  private static void applyFor(List<Person> people, ServedShare... shares) {
    Applied applied = house.server.apply(new Serving(List.of(shares), people, List.of()));
    assertThat(applied).isEqualTo(new Applied.InPlace(house.port));
  }

  @Test
  void dialectsAreAsOldAsTheOldestWishOfAllAndNeverSmb1() {
    // Given
    Path root = house.volume("dialects");
    Shares share = Shares.of("dialects", root).writtenBy(ALICE);
    SmbClient alice = house.as("alice");
    SmbClient smb1 = alice.with("--option=client min protocol=NT1", "--max-protocol=NT1");

    // When
    apply(share.share());

    // Then
    assertThat(alice.with("--max-protocol=SMB3_00").run("dialects", "ls").ok()).isTrue();
    assertThat(alice.with("--max-protocol=SMB3_11").run("dialects", "ls").ok()).isTrue();
    assertThat(alice.with("--max-protocol=SMB2_10").run("dialects", "ls").ok()).isFalse();
    apply(share.smb(SmbRule.Encryption.OFFERED, SmbRule.Dialect.SMB21).share());
    assertThat(alice.with("--max-protocol=SMB2_10").run("dialects", "ls").ok()).isTrue();
    assertThat(alice.with("--max-protocol=SMB2_02").run("dialects", "ls").ok()).isFalse();
    assertThat(smb1.run("dialects", "ls").ok()).isFalse();
  }

  @Test
  void encryptionIsOfferedEverywhereAndRequiredWhereWished() {
    // Given
    Path root = house.volume("secret");
    SmbRule.Dialect oldest = SmbRule.Dialect.SMB21;

    // When
    apply(
        Shares.of("offered", root).writtenBy(ALICE).share(),
        Shares.of("secret", root)
            .writtenBy(ALICE)
            .smb(SmbRule.Encryption.REQUIRED, oldest)
            .share());

    // Then
    SmbClient encrypts = house.as("alice").with("--client-protection=encrypt");
    SmbClient cannot = house.as("alice").with("--max-protocol=SMB2_10");
    assertThat(encrypts.run("offered", "ls").ok()).isTrue();
    assertThat(encrypts.run("secret", "put " + file + " x").ok()).isTrue();
    assertThat(cannot.run("offered", "ls").ok()).isTrue();
    assertThat(cannot.run("secret", "ls").said()).contains("NT_STATUS_ACCESS_DENIED");
    assertThat(house.as("alice").run("secret", "ls").ok()).isTrue();
  }

  @Test
  void guestsReadOrWriteAsWishedAndNobodyWritesWhatIsReadOnly() {
    // Given
    Path open = house.volume("open");
    Path shown = house.volume("shown");
    Path fixed = house.volume("fixed");

    // When
    apply(
        Shares.of("open", open).guests(Level.WRITE).share(),
        Shares.of("shown", shown).guests(Level.READ).writtenBy(ALICE).share(),
        Shares.of("fixed", fixed).guests(Level.WRITE).writtenBy(ALICE).readOnly().share());

    // Then
    assertThat(house.guest().run("open", "put " + file + " g").ok()).isTrue();
    assertThat(open.resolve("g")).hasContent("content");
    assertThat(house.guest().run("shown", "put " + file + " g").ok()).isFalse();
    assertThat(house.guest().run("shown", "ls").ok()).isTrue();
    assertThat(house.as("alice").run("shown", "put " + file + " a").ok()).isTrue();
    assertThat(house.as("bob").run("shown", "put " + file + " b").ok()).isFalse();
    assertThat(house.guest().run("fixed", "put " + file + " g").ok()).isFalse();
    assertThat(house.as("alice").run("fixed", "put " + file + " g").ok()).isFalse();
    assertThat(fixed).isEmptyDirectory();
  }

  @Test
  void eachAccountHasItsOwnHome() throws Exception {
    // Given
    Path root = house.volume("people");
    Path hers = house.owned(Files.createDirectory(root.resolve("alice")));
    Path his = house.owned(Files.createDirectory(root.resolve("bob")));
    Person carol = People.person("carol", 20_002);
    Map<io.homecloud.control.Name, Path> homes = Map.of(ALICE.name(), hers, BOB.name(), his);

    // When
    applyFor(
        List.of(ALICE, BOB, carol),
        Shares.of("people", root).homes(homes).writtenBy(ALICE, BOB, carol).share());

    // Then
    assertThat(house.as("alice").run("people", "put " + file + " mine").ok()).isTrue();
    assertThat(house.as("ALICE").run("people", "put " + file + " also").ok()).isTrue();
    assertThat(hers).isDirectoryContaining("glob:**/mine").isDirectoryContaining("glob:**/also");
    assertThat(house.as("alice").run("people", "mkdir more; put " + file + " more/own").ok())
        .isTrue();
    for (String made : List.of("mine", "more", "more/own")) {
      assertThat(Files.getPosixFilePermissions(hers.resolve(made)).toString())
          .as(made)
          .doesNotContain("GROUP", "OTHERS");
    }
    assertThat(house.as("alice").run("people", "get more/own -").said()).contains("content");
    assertThat(house.as("bob").run("people", "ls").said()).doesNotContain("mine");
    assertThat(house.as("bob").run("people", "get ../alice/mine -").said()).contains("NT_STATUS");
    assertThat(house.as("carol").run("people", "ls").ok()).isFalse();
    assertThat(house.guest().run("people", "ls").ok()).isFalse();
  }

  @Test
  void deletedFilesAreKeptInTheirTree() {
    // Given
    Path root = house.volume("bin");
    apply(Shares.of("bin", root).writtenBy(ALICE).recycleBin().share());
    SmbClient alice = house.as("alice");
    String put = "mkdir a; put " + file + " a/letter; ";

    // When
    SmbClient.Answer answer = alice.run("bin", put + "del a/letter; " + put + "del a/letter");

    // Then
    assertThat(answer.said()).doesNotContain("deleting");
    assertThat(root.resolve("a/letter")).doesNotExist();
    assertThat(root.resolve(".recycle/a/letter")).hasContent("content");
    assertThat(root.resolve(".recycle/a/Copy #1 of letter")).hasContent("content");
    assertThat(alice.run("bin", "rename .recycle/a/letter back").ok()).isTrue();
    assertThat(root.resolve("back")).hasContent("content");
    assertThat(alice.run("bin", "del \".recycle/a/Copy #1 of letter\"").ok()).isTrue();
    assertThat(root.resolve(".recycle/a")).isEmptyDirectory();
  }

  @Test
  void earlierVersionsAreShownAndCanBeTakenBack() throws Exception {
    // Given
    Path root = house.volume("versions");
    Path snapshots = Files.createDirectory(house.volumes.resolve("versions-snapshots"));
    Path elsewhere = Files.createDirectory(house.volumes.resolve("versions-elsewhere"));
    Path letter = house.owned(Files.writeString(root.resolve("letter"), "a snapshot"));
    snapshot(root, snapshots.resolve("@GMT-2026.11.21-06.06.12"));
    Files.writeString(letter, "a link");
    Files.createSymbolicLink(
        snapshots.resolve("@GMT-2026.11.22-06.06.12"), snapshot(root, elsewhere.resolve("second")));
    Files.writeString(letter, "a mount");
    Path third = snapshot(root, elsewhere.resolve("third"));
    Path point = Files.createDirectory(snapshots.resolve("@GMT-2026.11.23-06.06.12"));
    SambaHouse.tool("mount", "--bind", third.toString(), point.toString());
    Files.writeString(letter, "newest");

    // When
    apply(Shares.of("versions", root).writtenBy(ALICE).snapshots(snapshots).share());

    // Then
    SmbClient alice = house.as("alice");
    String versions = alice.run("versions", "allinfo letter").said();
    assertThat(versions).contains("@GMT-2026.11.21-", "@GMT-2026.11.22-", "@GMT-2026.11.23-");
    assertThat(version("@GMT-2026.11.21-06.06.12/letter")).hasContent("a snapshot");
    assertThat(version("@GMT-2026.11.22-06.06.12/letter")).hasContent("a link");
    assertThat(version("@GMT-2026.11.23-06.06.12/letter")).hasContent("a mount");
    assertThat(version("letter")).hasContent("newest");
    String put = "put " + file + " @GMT-2026.11.21-06.06.12/letter";
    assertThat(alice.run("versions", put).ok()).isFalse();
  }

  @Test
  void guestsSeeNothingOfWhatWasDeletedOrChanged() throws Exception {
    // Given
    Path root = house.volume("before");
    Path snapshots = Files.createDirectory(house.volumes.resolve("before-snapshots"));
    Path letter = house.owned(Files.writeString(root.resolve("letter"), "earlier"));
    snapshot(root, snapshots.resolve("@GMT-2026.11.21-06.06.12"));
    Files.writeString(letter, "now");
    apply(Shares.of("before", root).guests(Level.WRITE).recycleBin().snapshots(snapshots).share());
    SmbClient alice = house.as("alice");
    SmbClient guest = house.guest();
    assertThat(alice.run("before", "put " + file + " secret; del secret").ok()).isTrue();

    // When
    String listed = guest.run("before", "ls; ls .recycle/*; allinfo letter").said();

    // Then
    assertThat(listed).contains("letter").doesNotContain("recycle  ", "secret", "@GMT-");
    assertThat(guest.run("before", "get @GMT-2026.11.21-06.06.12/letter -").said())
        .doesNotContain("earlier");
    for (String path : List.of(".recycle/secret", ".RECYCLE/secret")) {
      assertThat(guest.run("before", "get " + path + " -").said()).contains("NT_STATUS_OBJECT_");
    }
    assertThat(guest.run("before", "put " + file + " g; del g").ok()).isTrue();
    assertThat(root.resolve(".recycle/g")).hasContent("content");
    assertThat(alice.run("before", "get .recycle/secret -").said()).contains("content");
  }

  private static Path snapshot(Path root, Path snapshot) {
    SambaHouse.tool(
        "btrfs", "-q", "subvolume", "snapshot", "-r", root.toString(), snapshot.toString());
    return snapshot;
  }

  private static Path version(String path) {
    Path got = house.scratch("version");
    assertThat(house.as("alice").run("versions", "get " + path + " " + got).ok()).isTrue();
    return got;
  }

  @Test
  void namesThatWindowsForbidsAreMappedThereAndBack() throws Exception {
    // Given
    Path root = house.volume("names");
    house.owned(Files.writeString(root.resolve("what: \"5 * 3\" <is> it?"), "15"));
    house.owned(Files.writeString(root.resolve("gru\u0308n"), "decomposed"));
    apply(Shares.of("names", root).writtenBy(ALICE).share());
    SmbClient alice = house.as("alice");
    String mapped = "what\uf022 \uf0205 \uf021 3\uf020 \uf023is\uf024 it\uf025";

    // When
    String listed = alice.run("names", "ls").said();

    // Then
    assertThat(listed).contains(mapped).contains("gru\u0308n");
    Path got = house.scratch("got");
    assertThat(alice.run("names", "get \"" + mapped + "\" " + got).ok()).isTrue();
    assertThat(got).hasContent("15");
    assertThat(alice.run("names", "put " + file + " \"a\uf022b\"").ok()).isTrue();
    assertThat(root.resolve("a:b")).hasContent("content");
    assertThat(alice.run("names", "put " + file + " grün").ok()).isTrue();
    assertThat(root.resolve("grün")).hasContent("content");
    assertThat(root.resolve("gru\u0308n")).hasContent("decomposed");
    assertThat(alice.run("names", "get GRÜN " + got).ok()).isTrue();
  }

  @Test
  void rcloneCopiesATreeThereAndBack() throws Exception {
    // Given
    Path root = house.volume("rclone");
    apply(Shares.of("rclone", root).writtenBy(ALICE).share());
    Path tree = Files.createDirectories(house.scratch("tree"));
    Path inner = Files.createDirectory(tree.resolve("sub directory"));
    Files.writeString(inner.resolve("Grüße & \u4f60\u597d.txt"), "odd");
    Files.write(inner.resolve("big"), new byte[20 << 20]);
    for (int i = 0; i < 50; i++) {
      Files.writeString(tree.resolve("file " + i), "content " + i);
    }
    String remote =
        ":smb,host=127.0.0.1,port=%d,user=alice,pass=%s:rclone/tree"
            .formatted(house.port, SambaHouse.tool("rclone", "obscure", People.PASSWORD));
    Path back = house.scratch("tree-back");

    // When
    SambaHouse.tool("rclone", "--config=", "copy", tree.toString(), remote);
    SambaHouse.tool("rclone", "--config=", "copy", remote, back.toString());

    // Then
    SambaHouse.tool("diff", "-r", tree.toString(), root.resolve("tree").toString());
    SambaHouse.tool("diff", "-r", tree.toString(), back.toString());
  }

  @Test
  void aCopyMadeByTheServerTakesNoSpace() {
    // Given
    Path root = house.volume("copies");
    Path big = root.resolve("big");
    SambaHouse.tool("dd", "if=/dev/urandom", "of=" + big, "bs=1M", "count=8", "status=none");
    house.owned(big);
    apply(Shares.of("copies", root).writtenBy(ALICE).share());

    // When
    SmbClient.Answer answer = house.as("alice").run("copies", "scopy big copy");

    // Then
    assertThat(answer.ok()).as(answer.said()).isTrue();
    assertThat(root.resolve("copy")).hasSameBinaryContentAs(big);
    String use = SambaHouse.tool("btrfs", "filesystem", "du", "--raw", "-s", root.toString());
    assertThat(use.lines().toList().getLast().strip()).matches("16777216 +0 +8388608 .*");
  }

  @Test
  void aDiskForMacsIsOfferedAsOneWithItsLimit() throws IOException {
    // Given
    Path root = house.volume("macs");

    // When
    apply(Shares.of("macs", root).writtenBy(ALICE).timeMachine(64L << 20).share());

    // Then
    SambaFiles files = SambaFiles.of(house.settings.directory(), house.settings.runtime());
    var sections = Testparm.read(files, Files.readString(files.configuration()));
    assertThat(sections.get("macs"))
        .containsEntry("fruit:time machine", "yes")
        .containsEntry("fruit:time machine max size", Long.toString(64L << 20))
        .hasEntrySatisfying("vfs objects", objects -> assertThat(objects).contains("fruit"));
    // A Mac asks for handles that outlive a broken line, which needs this beside Samba's defaults.
    assertThat(sections.get("global")).containsEntry("posix locking", "No");
    SmbClient alice = house.as("alice");
    assertThat(alice.run("macs", "du").said()).contains("65536 blocks of size 1024. ");
    assertThat(alice.run("macs", "put " + file + " x").ok()).isTrue();
  }

  @Test
  void itKnowsItsOwnNameAlsoWhenNoResolverAnswers() {
    // Given
    apply(Shares.of("named", house.volume("named")).writtenBy(ALICE).share());
    SambaFiles files = SambaFiles.of(house.settings.directory(), house.settings.runtime());
    String own = "import socket; print(socket.getaddrinfo(socket.gethostname(), None)[0][4][0])";

    // When
    HostResult asked =
        new LocalHost()
            .run(
                new HostCommand(
                    List.of("unshare", "--net", "python3", "-c", own),
                    Duration.ofSeconds(30),
                    files.environment()));

    // Then
    assertThat(asked)
        .isInstanceOfSatisfying(
            HostResult.Exited.class,
            done -> assertThat(done.stdout()).as(done.stderr()).isEqualTo("127.0.1.1\n"));
  }
}
