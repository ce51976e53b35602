package io.homecloud.standalone;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of {@code up} and {@code down} that makes disks ready for the databases. */
class ScriptDisksIT {
  private static final Duration SOON = Duration.ofSeconds(90);

  private static final long LARGE = 3L << 30;

  private final Script script = new Script();
  private final LoopDisks disks = new LoopDisks();
  private final Path data = disks.directory().resolve("data");

  @AfterEach
  void nothingIsLeft() {
    disks.close();
  }

  @Test
  void twoDisksAreAMirrorThatHoldsTheDatabases() throws Exception {
    // Given
    String first = disk();
    String second = disk();

    // When
    Exited exited = attach("'' '' ''", first, second);

    // Then
    assertThat(exited.code()).as(exited.stderr()).isZero();
    Path system = data.resolve("system");
    assertThat(Script.tool("findmnt", "-no", "FSROOT", system.toString()))
        .isEqualTo("/@homecloud-system");
    assertThat(Script.tool("btrfs", "filesystem", "df", system.toString()))
        .contains("Data, RAID1", "Metadata, RAID1");
    assertThat(attributes(system)).as("checksums find the old copy").doesNotContain("C");
    assertThat(Script.tool("blkid", "-p", "-s", "LABEL", "-o", "value", second))
        .isEqualTo("homecloud-home");
  }

  @Test
  void nextStartFindsTheDisksByThemselves() throws Exception {
    // Given
    String disk = disk();
    attach("'' '' ''", disk);
    Files.writeString(data.resolve("system/kept"), "kept");
    functions("detach_storage");

    // When
    Exited named = attach("'' '' ''", disk);
    functions("detach_storage");
    Exited unnamed = attach("'' '' ''");

    // Then
    assertThat(named.code()).as(named.stderr()).isZero();
    assertThat(unnamed.code()).as(unnamed.stderr()).isZero();
    assertThat(data.resolve("system/kept")).hasContent("kept");
    assertThat(attributes(data.resolve("system"))).as("written in place").contains("C");
  }

  @Test
  void aMirrorStartsWithoutOneOfItsDisks() throws Exception {
    // Given
    String first = disk();
    String second = disk();
    attach("'' '' ''", first, second);
    Files.writeString(data.resolve("system/kept"), "kept");
    functions("detach_storage");
    vanish(second);

    // When
    Exited exited = functions("DISK_PATIENCE=2; attach_storage '' '' ''");

    // Then
    assertThat(exited.stdout()).contains("mounted degraded");
    assertThat(data.resolve("system/kept")).hasContent("kept");
  }

  @Test
  void withoutItsDiskItDoesNotStartOnTheSystemsOwn() throws Exception {
    // Given
    String disk = disk();
    attach("'' '' ''", disk);
    functions("detach_storage");
    vanish(disk);

    // When
    Exited exited = functions("DISK_PATIENCE=2; attach_storage '' '' ''");

    // Then
    assertThat(exited.code()).isEqualTo(1);
    assertThat(exited.stderr()).contains("the disks of this installation", "are not here");
  }

  @ParameterizedTest
  @CsvSource({
    "part sdb, is a part of /dev/sdb; name the whole disk",
    "raid1 sdb, is no disk by itself; name the disks that it is built on",
    "crypt sdb, is no disk by itself; name the disks that it is built on"
  })
  void whatStorageWouldNotFindAgainIsNotTaken(String kind, String sentence) {
    // When
    Exited exited = functions("lsblk() { echo '" + kind + "'; }; check_disks yes '' '' " + disk());

    // Then
    assertThat(exited.code()).isEqualTo(2);
    assertThat(exited.stderr()).contains(sentence);
  }

  @Test
  void ofADiskWhereOnlyATableSaysSomethingNothingIsFound() {
    // When
    Exited exited =
        functions(
            "blkid() { [[ $* != *export* ]] || echo PART_ENTRY_NUMBER=1; }; check_disks '' '' '' "
                + disk());

    // Then
    assertThat(exited.code()).as(exited.stderr()).isZero();
  }

  @Test
  void whatWillBeErasedIsSaidBefore() {
    // Given
    String disk = disk();
    Script.tool("mkfs.ext4", "-q", "-L", "photos", disk);

    // When
    Exited refused = functions("check_disks '' '' '' " + disk);
    Exited told = functions("check_disks yes '' '' " + disk);

    // Then
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.stderr()).contains("LABEL=photos", "--erase destroys it");
    assertThat(told.code()).as(told.stderr()).isZero();
    assertThat(told.stdout()).contains("LABEL=photos", "which is erased");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'' '' ''", "yes '' ''", "'' yes ''"})
  void aDiskThatGotTheNameOfTheOneThatWasLookedAtStaysAsItIs(String options) {
    // Given
    String named = disk();
    String photos = disk();
    Script.tool("mkfs.ext4", "-q", "-L", "photos", photos);
    if (options.contains("yes")) {
      Script.tool("mkfs.btrfs", "-q", "-L", "homecloud-home", named);
    }
    Path name = disks.directory().resolve("sda");

    // When: the hub was reset while it was built
    Exited exited =
        functions(
            "ln -s %2$s %1$s; check_disks %4$s %1$s; system_user; prepare_directories; ln -sfn %3$s %1$s; attach_storage %4$s %1$s"
                .formatted(name, named, photos, options));

    // Then
    assertThat(exited.code()).isEqualTo(4);
    assertThat(exited.stderr()).contains(name + " is another disk than before");
    assertThat(Script.tool("blkid", "-p", "-s", "LABEL", "-o", "value", photos))
        .isEqualTo("photos");
    assertThat(data.resolve("settings")).content().doesNotContain("pool=");
  }

  @Test
  void ofADiskAndItsCopyNeitherIsTaken() throws Exception {
    // Given
    String disk = disk();
    String copy = disk();
    attach("'' '' ''", disk);
    functions("detach_storage");
    Script.tool("dd", "if=" + disk, "of=" + copy, "bs=1M", "conv=sparse");

    // When
    Exited both = functions("attach_storage '' '' ''");
    vanish(copy);
    Exited one = functions("attach_storage '' '' ''");

    // Then
    assertThat(both.code()).isEqualTo(4);
    assertThat(both.stderr()).contains(disk, copy, "copies of each other");
    assertThat(one.code()).as(one.stderr()).isZero();
  }

  @Test
  void anImageMayGoWhenItsPoolIsOnADisk() {
    // Given: other tests have pools of that label
    String lines =
        "SETTING[image]=yes; check_disks '' '' ''; attach_storage '' '' ''; echo ${#POOL_DISKS[@]}";

    // When
    Exited gone = functions("blkid() { :; }; " + lines);
    Exited moved = functions("blkid() { echo /dev/sdz; }; " + lines);

    // Then
    assertThat(gone.code()).isEqualTo(4);
    assertThat(gone.stderr()).contains("is gone; put it back");
    assertThat(moved.code()).as(moved.stderr()).isZero();
    assertThat(moved.stdout()).contains("the pool home is on a disk").endsWith("0\n");
    assertThat(data.resolve("home.img")).doesNotExist();
  }

  @Test
  void anotherDiskDoesNotBecomeTheInstallation() throws Exception {
    // Given
    attach("'' '' ''", disk());

    // When
    Exited exited = attach("'' '' ''", disk());

    // Then
    assertThat(exited.code()).isEqualTo(4);
    assertThat(exited.stderr()).contains("lives on other disks");
  }

  @Test
  void formattingThatWasCutOffIsDoneAgain() throws Exception {
    // Given
    String disk = disk();
    functions(
        "prepare_directories; SETTING[pool]=$(cat /proc/sys/kernel/random/uuid)"
            + " SETTING[state]=formatting; settings_save; mkfs.btrfs -q -U ${SETTING[pool]} "
            + disk);

    // When
    Exited exited = attach("'' '' ''", disk);

    // Then
    assertThat(exited.code()).as(exited.stderr()).isZero();
    assertThat(Script.tool("findmnt", "-no", "FSROOT", data.resolve("system").toString()))
        .isEqualTo("/@homecloud-system");
  }

  @Test
  void anotherInstallationsPoolIsAdoptedWhenAskedAndItsDatabasesPutAside() throws Exception {
    // Given
    String disk = disk();
    attach("'' '' ''", disk);
    Files.writeString(data.resolve("system/theirs"), "theirs");
    functions("detach_storage; rm -r $DATA");

    // When
    Exited refused = attach("'' '' ''", disk);
    Exited adopted = attach("'' yes ''", disk);

    // Then
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.stderr()).contains("--adopt keeps that pool");
    assertThat(adopted.code()).as(adopted.stderr()).isZero();
    assertThat(adopted.stdout()).contains("stay on it as @homecloud-system.");
    assertThat(data.resolve("system/theirs")).doesNotExist();
  }

  @Test
  void imageIsAttachedOnceHoweverOftenAndDetachedAtTheEnd() {
    // When
    Exited first = functions("prepare_directories; attach_storage '' '' 2G; echo ${POOL_DISKS[@]}");
    Exited second = functions("attach_storage '' '' ''; echo ${POOL_DISKS[@]}");
    Exited end = functions("detach_storage");

    // Then
    assertThat(second.stdout()).isEqualTo(first.stdout().lines().toList().getLast() + "\n");
    assertThat(data.resolve("home.img")).hasSize(2L << 30);
    assertThat(end.stdout()).contains("detached /dev/loop");
    // Whoever has the device open just then keeps it for a moment.
    eventually(() ->
        assertThat(Script.tool("losetup", "-j", data.resolve("home.img").toString())).isEmpty());
  }

  @Test
  void unitPassesSystemdsOwnCheckAndBelongsToOneInstallation() throws Exception {
    // Given
    Path units = Files.createDirectory(disks.directory().resolve("units"));
    script.with("HOMECLOUD_UNIT_DIRECTORY", units.toString());

    // When
    Exited written = functions("write_unit");
    Exited again = functions("write_unit");
    Exited other = functions("use_data /srv/other; write_unit");

    // Then
    assertThat(written.code()).as(written.stderr()).isZero();
    assertThat(again.code()).isZero();
    assertThat(other.code()).isEqualTo(4);
    Exited verified =
        Script.attempt("systemd-analyze", "verify", units.resolve("homecloud.service").toString());
    assertThat(verified.stderr()).doesNotContain("homecloud.service");
    assertThat(verified.code()).as(verified.stderr()).isZero();
  }

  private static String attributes(Path directory) {
    return Script.tool("lsattr", "-d", directory.toString()).replaceFirst(" .*", "");
  }

  private String disk() {
    return disks.disk(LARGE).toString();
  }

  private static void vanish(String disk) {
    // Until a mount namespace that somebody made just then has ended, too.
    eventually(() -> Script.tool("btrfs", "device", "scan", "--forget", disk));
    Script.tool("losetup", "--detach", disk);
  }

  /** What {@code up} does of disks: look first, then act. */
  private Exited attach(String options, String... devices) {
    String words = options + " " + String.join(" ", devices);
    return functions(
        "check_disks " + words + "; system_user; prepare_directories; attach_storage " + words);
  }

  private Exited functions(String lines) {
    return script.functions(SOON, "use_data " + data + "; settings_load; " + lines);
  }
}
