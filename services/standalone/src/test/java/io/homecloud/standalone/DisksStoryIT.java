package io.homecloud.standalone;

import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.FreePort;
import io.homecloud.testkit.LoopDisks;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An installation that lives on disks, and what happens to disks over the years. */
class DisksStoryIT {
  private static final long LARGE = 4L << 30;

  private final LoopDisks disks = new LoopDisks();
  private final int smb = FreePort.find();
  private final Installed home = installed("data");

  @AfterEach
  void nothingIsLeft() {
    home.close();
    disks.close();
  }

  @Test
  void mirrorCarriesDatabasesAndFilesThroughLossAndReturnOfADisk() throws Exception {
    // Given
    Path first = disks.disk(LARGE);
    Path second = disks.disk(LARGE);
    Script.tool("mkfs.ext4", "-q", "-L", "photos", second.toString());
    String[] both = {"--disk", first.toString(), "--disk", second.toString()};

    // When: somebody's files are on one of them
    Exited refused = home.up(both);
    // Then
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.stderr()).contains("ext4", "photos", "--erase");

    // When: they may go
    home.mustUp("--disk", first.toString(), "--disk", second.toString(), "--erase");
    home.put("volumes/files/files/kept.txt", "kept");
    // Then
    assertThat(part("system")).isEqualTo("/@homecloud-system");
    assertThat(home.data().resolve("system/postgres/data/PG_VERSION")).exists();
    assertThat(home.data().resolve("system/kafka/data/meta.properties")).exists();
    assertThat(
            Script.tool("findmnt", "-no", "OPTIONS", home.data().resolve("pools/home").toString()))
        .contains("compress=zstd:3");
    HttpResponse<String> pool = home.get("pools/home");
    assertThat(pool.body())
        .contains("\"state\":\"Healthy\"", "\"dataProfile\":\"raid1\"")
        .containsPattern("\"type\":\"QuotaKnown\",\"status\":\"True\"");

    // When: somebody wants the pool to go away under the databases
    HttpResponse<String> export = home.post("pools/home/export", "");
    // Then
    assertThat(export.statusCode()).isEqualTo(409);
    assertThat(export.body()).contains("pool-busy", "databases of this installation");
    assertThat(part("volumes/files")).startsWith("/@volumes/");

    // When: the power goes, and one disk does not come back
    home.kill();
    home.homecloud("down");
    vanish(second);
    Exited alone = home.mustUp();
    home.put("volumes/files/files/alone.txt", "alone");
    // Then
    assertThat(alone.stdout()).contains("mounted degraded");
    eventually(() ->
        assertThat(home.homecloud("status").stdout())
            .containsPattern("home +Degraded")
            .containsPattern("(?m)^home  Missing: .*/pools/home/disks/2/replace"));
    assertThat(home.get("volumes/files/files/kept.txt").body()).isEqualTo("kept");

    // When: it comes back, with old copies of everything and perhaps another name
    home.homecloud("down");
    Path back = disks.attach(image(2));
    home.mustUp("--disk", first.toString(), "--disk", back.toString());
    // Then
    eventually(
        () -> assertThat(home.homecloud("status").stdout()).containsPattern("home +Healthy"));
    assertThat(home.get("volumes/files/files/alone.txt").body()).isEqualTo("alone");
  }

  @Test
  void anOldDiskNeverAnswersForFilesWithoutChecksums() throws Exception {
    // Given: files and databases without checksums, on a disk that gets a second one beside it
    Path first = disks.disk(LARGE);
    Path second = disks.disk(LARGE);
    home.mustUp("--disk", first.toString());
    home.post(
        "volumes?wait=2m",
        "{\"metadata\":{\"name\":\"machine\"},\"spec\":{\"pool\":\"home\",\"noCow\":true}}");
    home.put("volumes/machine/files/image", "before");
    assertThat(unsummed()).isTrue();
    home.homecloud("down");
    Path top = disks.mount(first);
    Script.tool("btrfs", "device", "add", second.toString(), top.toString());
    Script.tool("umount", top.toString());
    home.mustUp();
    HttpResponse<String> mirror =
        home.post(
            "pools/home/convert?wait=2m",
            "{\"dataProfile\":\"raid1\",\"metadataProfile\":\"raid1\"}");
    assertThat(mirror.body()).contains("\"state\":\"Completed\"");

    // When
    home.homecloud("down");
    Exited copied = home.mustUp();
    // Then
    assertThat(copied.stdout()).contains("copying the databases, which get checksums");
    assertThat(unsummed()).isFalse();
    assertThat(home.get("volumes/machine/files/image").body()).isEqualTo("before");

    // When: a disk is away while they change, and comes back
    home.homecloud("down");
    vanish(second);
    assertThat(home.mustUp().stdout()).contains("a disk is missing").doesNotContain("copying");
    home.put("volumes/machine/files/image", "after");
    home.homecloud("down");
    Path back = disks.attach(image(2));
    Exited without = home.mustUp();
    // Then
    assertThat(without.stdout()).contains(back + " was away while files were written");
    assertThat(home.get("volumes/machine/files/image").body()).isEqualTo("after");
    eventually(() -> assertThat(home.get("pools/home").body()).contains("DiskOutdated"));

    // When: the other one, which has it all, does not come
    home.homecloud("down");
    vanish(first);
    Exited refused = home.up();
    // Then
    assertThat(refused.code()).as(refused.stdout() + refused.stderr()).isEqualTo(4);
    assertThat(refused.stderr()).contains("was written last", back.toString(), "--outdated");
    var _ = disks.attach(image(1));
    home.mustUp();
    assertThat(home.get("volumes/machine/files/image").body()).isEqualTo("after");

    // When: it is written anew
    Script.tool("wipefs", "--all", back.toString());
    HttpResponse<String> replaced =
        home.post("pools/home/disks/2/replace?wait=2m", "{\"with\":\"" + back + "\"}");
    // Then
    assertThat(replaced.body()).contains("\"state\":\"Completed\"");
    eventually(
        () -> assertThat(home.homecloud("status").stdout()).containsPattern("home +Healthy"));
    home.homecloud("down");
    assertThat(home.mustUp().stdout()).doesNotContain("degraded");
    assertThat(home.get("volumes/machine/files/image").body()).isEqualTo("after");
  }

  @Test
  void disksThatWereEachAloneOnceAreNeverMixed() throws Exception {
    // Given: one of two was pulled out long after the machine had started, and then the power went
    Path first = disks.disk(2 * LARGE);
    Path second = disks.disk(2 * LARGE);
    home.mustUp("--disk", first.toString(), "--disk", second.toString());
    home.homecloud("down");
    vanish(second);
    home.mustUp();
    assertThat(home.put("volumes/files/files/monday", "on the first alone")).isEqualTo(201);
    home.homecloud("down");
    Path settings = home.data().resolve("settings");
    Files.writeString(
        settings, Files.readString(settings).replaceFirst("generation=\\d+", "generation=1"));
    vanish(first);
    Path back = disks.attach(image(2));

    // When: only the one comes that knows nothing of it, neither does its database
    Exited refused = home.up();
    // Then
    assertThat(refused.code()).as(refused.stdout() + refused.stderr()).isEqualTo(4);
    assertThat(refused.stderr()).contains("was written last", back.toString(), "--outdated");

    // When: the other one is lost, it seems
    home.mustUp("--outdated");
    assertThat(home.put("volumes/files/files/tuesday", "on the second alone")).isEqualTo(201);
    assertThat(home.get("volumes/files/files/monday").statusCode()).isEqualTo(404);
    home.homecloud("down");
    Path found = disks.attach(image(1));
    Exited both = home.mustUp();
    // Then
    assertThat(both.stdout()).contains(found + " was away while files were written");
    assertThat(home.get("volumes/files/files/tuesday").body()).isEqualTo("on the second alone");
    eventually(() -> assertThat(home.get("pools/home").body()).contains("DiskWrittenApart"));

    // When
    Script.tool("wipefs", "--all", found.toString());
    HttpResponse<String> replaced =
        home.post("pools/home/disks/1/replace?wait=2m", "{\"with\":\"" + found + "\"}");
    // Then
    assertThat(replaced.body()).contains("\"state\":\"Completed\"");
    eventually(() -> assertThat(home.data().resolve("missing-disks")).content().isEmpty());
    home.homecloud("down");
    assertThat(home.mustUp().stdout()).doesNotContain("degraded");
    assertThat(home.get("volumes/files/files/tuesday").body()).isEqualTo("on the second alone");
  }

  /** Whether what the databases write gets no checksums. */
  private boolean unsummed() {
    String flags = Script.tool("lsattr", "-d", home.data().resolve("system").toString());
    return flags.substring(0, flags.indexOf(' ')).contains("C");
  }

  @Test
  void poolOutlivesItsDatabaseAndItsInstallation() throws Exception {
    // Given
    String disk = disks.disk(LARGE).toString();
    home.mustUp("--disk", disk);
    home.put("volumes/files/files/kept.txt", "kept");
    home.post(
        "snapshots?wait=2m",
        "{\"metadata\":{\"name\":\"first\",\"labels\":{\"why\":\"story\"}},"
            + "\"spec\":{\"volume\":\"files\",\"pinned\":true}}");

    Household people = new Household(home, smb, disks.directory());
    people.moveIn("before the loss");
    people.awaitFamily("Ready");
    String numbers = people.numbers();
    assertThat(people.reads("kept.txt", "before the loss")).isEqualTo("kept");
    eventually(
        () -> assertThat(home.get("documents/sharing/house").body()).contains("family", "parents"));

    // When: the database is lost
    home.homecloud("down");
    Path top = disks.mount(Path.of(disk));
    Script.tool("rm", "-r", top.resolve("@homecloud-system/postgres/data").toString());
    Script.tool("umount", top.toString());
    home.mustUp();
    // Then
    // Adopted and mounted, and soon ready.
    eventually(() -> assertThat(home.get("volumes/files/files/kept.txt").body()).isEqualTo("kept"));
    assertThat(home.get("snapshots/first").body()).contains("\"why\":\"story\"", "\"pinned\":true");
    assertThat(people.numbers()).isEqualTo(numbers);
    people.awaitFamily("Ready");
    assertThat(people.reads("kept.txt", "before the loss")).isEqualTo("kept");
    people.password("after the loss");
    assertThat(people.reads("kept.txt", "after the loss")).isEqualTo("kept");

    // When: the card with the whole system is lost
    home.homecloud("down");
    awaitUnused(Path.of(disk));
    try (Installed other = installed("other")) {
      Exited unasked = other.up("--disk", disk);
      Exited adopted = other.mustUp("--disk", disk, "--adopt");
      // Then
      assertThat(unasked.code()).isEqualTo(4);
      assertThat(unasked.stderr()).contains("--adopt keeps that pool");
      assertThat(adopted.stdout()).contains("former installation stay on it as @homecloud-system.");
      // Adopted and mounted, and soon ready.
      eventually(
          () -> assertThat(other.get("volumes/files/files/kept.txt").body()).isEqualTo("kept"));
      assertThat(other.get("snapshots/first").body()).contains("\"why\":\"story\"");

      // When: an administrator says that its people may come in too
      Household heirs = new Household(other, smb, disks.directory());
      assertThat(heirs.status("accounts/anna")).isEqualTo(404);
      eventually(() -> assertThat(heirs.status("kept")).isEqualTo(200));
      assertThat(heirs.takeOver()).isEqualTo(200);
      // Then
      assertThat(heirs.numbers()).isEqualTo(numbers);
      assertThat(heirs.passwordCondition()).contains("PasswordLost", "./homecloud token");
      heirs.awaitFamily("NobodyCanUseIt");
      heirs.password("in the new house");
      heirs.awaitFamily("Ready");
      assertThat(heirs.reads("kept.txt", "in the new house")).isEqualTo("kept");
    }
    assertThat(Script.tool("findmnt", "-rno", "TARGET"))
        .doesNotContain(disks.directory().toString());
  }

  /** Which part of its file system is mounted there. */
  private String part(String place) {
    return Script.tool("findmnt", "-no", "FSROOT", home.data().resolve(place).toString());
  }

  private Path image(int number) {
    return disks.directory().resolve("disk" + number + ".img");
  }

  private static void vanish(Path disk) {
    awaitUnused(disk);
    Script.tool("losetup", "--detach", disk.toString());
  }

  /** Until a mount namespace that somebody made just before has ended, too. */
  private static void awaitUnused(Path disk) {
    within(
        Duration.ofMinutes(2),
        () -> Script.tool("btrfs", "device", "scan", "--forget", disk.toString()));
  }

  private Installed installed(String directory) {
    return new Installed(disks.directory().resolve(directory), Script.STORY_CACHE)
        .with("HOMECLOUD_DISK_PATIENCE", "2")
        .with("HOMECLOUD_SMB_PORT", Integer.toString(smb));
  }
}
