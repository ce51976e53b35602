package io.homecloud.sharing.share.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.Name;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.share.mounts.Homes.Inhabitant;
import io.homecloud.sharing.share.mounts.LeftHomes.Left;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Directories of people who left, on a real btrfs. */
class LeftHomesIT {
  private static final LoopDisks DISKS = new LoopDisks();
  private static final RelativePath PEOPLE = RelativePath.of("people");
  private static final Name BEN = new Name("ben");
  private static final Instant SPRING = Instant.parse("2027-03-01T08:00:00Z");
  private static final Instant SUMMER = Instant.parse("2027-07-01T08:00:00Z");
  private static Path disk = Path.of("/");
  private static Path volume = Path.of("/");

  private final Homes homes = new Homes(new LocalHost());
  private final LeftHomes left = new LeftHomes(new LocalHost(), homes);

  @BeforeAll
  static void makeVolume() {
    disk = DISKS.disk(256L << 20);
    must("mkfs.btrfs", "-q", disk.toString());
    volume = DISKS.mount(disk);
  }

  @AfterAll
  static void removeDisk() {
    DISKS.close();
  }

  private static Path home(String account, int id, String letter) throws IOException {
    Path home = Files.createDirectories(volume.resolve("people/" + account));
    Files.writeString(home.resolve("letter.txt"), letter);
    for (Path each : List.of(home, home.resolve("letter.txt"))) {
      Files.setAttribute(each, "unix:uid", id);
    }
    return home;
  }

  @Test
  void theyComeBackOneByOneAndOnlyTheOldAreDeleted() throws Exception {
    // Given: two who were called the same
    Path elsewhere = Files.writeString(volume.resolve("elsewhere"), "kept");
    Path first = home("ben", 20_001, "first");
    Files.createSymbolicLink(first.resolve("away"), volume);
    left.put(volume, PEOPLE, new Inhabitant(BEN, 20_001), SPRING);
    var _ = home("ben", 20_002, "second");
    left.put(volume, PEOPLE, new Inhabitant(BEN, 20_002), SUMMER);
    left.put(volume, PEOPLE, new Inhabitant(BEN, 20_002), SUMMER);
    Files.createDirectory(volume.resolve("people/.trash/no-entry"));
    Files.createSymbolicLink(volume.resolve("people/.trash/eve.20270101T000000Z"), volume);
    assertThat(volume.resolve("people/ben")).doesNotExist();
    assertThat(left.all(volume, PEOPLE)).extracting(Left::at).containsExactly(SPRING, SUMMER);

    // When
    var gone = left.sweep(volume, PEOPLE, SUMMER::isAfter);

    // Then
    assertThat(gone).extracting(Left::at).containsExactly(SPRING);
    assertThat(elsewhere).hasContent("kept");
    assertThat(volume.resolve("people/.trash/no-entry")).exists();
    Left second = left.all(volume, PEOPLE).getFirst();

    // When
    boolean given = left.give(volume, PEOPLE, second, new Inhabitant(new Name("anna"), 20_003));

    // Then
    assertThat(given).isTrue();
    Path letter = volume.resolve("people/anna/ben/letter.txt");
    assertThat(letter).hasContent("second");
    assertThat(Files.getAttribute(letter, "unix:uid")).isEqualTo(20_003);
    assertThat(left.all(volume, PEOPLE)).isEmpty();
    assertThat(left.give(volume, PEOPLE, second, new Inhabitant(new Name("anna"), 20_003)))
        .isFalse();
  }

  @Test
  void whatWasMovedStaysMovedWhenThePowerFails() throws Exception {
    // Given
    Inhabitant hans = new Inhabitant(new Name("hans"), 20_031);
    Inhabitant ida = new Inhabitant(new Name("ida"), 20_032);
    Inhabitant jana = new Inhabitant(new Name("jana"), 20_033);
    var _ = home("hans", 20_031, "of hans");
    var _ = home("ida", 20_032, "of ida");
    must("sync", "--file-system", volume.toString());

    // When
    homes.give(volume, PEOPLE, hans, jana);

    // Then
    assertThat(afterAPowerCut().resolve("people/jana/hans/letter.txt")).hasContent("of hans");

    // When
    left.put(volume, PEOPLE, ida, SPRING);

    // Then
    Left away = new Left("ida.20270301T080000Z", ida.name(), SPRING);
    assertThat(afterAPowerCut().resolve("people/.trash/" + away.id() + "/letter.txt"))
        .hasContent("of ida");

    // When
    boolean given = left.give(volume, PEOPLE, away, jana);

    // Then
    assertThat(given).isTrue();
    assertThat(afterAPowerCut().resolve("people/jana/ida/letter.txt")).hasContent("of ida");
  }

  /** What the disk has now, mounted elsewhere. */
  private static Path afterAPowerCut() throws IOException {
    Path after = Files.createTempFile(DISKS.directory(), "after", ".img");
    must("dd", "if=" + disk, "of=" + after, "bs=1M", "iflag=direct", "conv=sparse");
    must("btrfstune", "-f", "-m", after.toString());
    return DISKS.mount(DISKS.attach(after));
  }

  private static void must(String... argv) {
    assertThat(new LocalHost().run(new HostCommand(Duration.ofSeconds(60), argv)))
        .isInstanceOfSatisfying(Exited.class, exited -> assertThat(exited.code()).isZero());
  }

  @Test
  void whatWasSomebodysBeforeWhoWasCalledTheSameStays() throws Exception {
    // Given
    Path old = home("cleo", 20_011, "the first one's");
    Inhabitant second = new Inhabitant(new Name("cleo"), 20_012);
    Inhabitant heir = new Inhabitant(new Name("dave"), 20_013);

    // When
    left.put(volume, PEOPLE, second, SPRING);
    homes.give(volume, PEOPLE, second, heir);

    // Then
    assertThat(homes.has(volume, PEOPLE, second)).contains(false);
    assertThat(homes.has(volume, PEOPLE, new Inhabitant(second.name(), 20_011))).contains(true);
    assertThat(old.resolve("letter.txt")).hasContent("the first one's");
    assertThat(Files.getAttribute(old, "unix:uid")).isEqualTo(20_011);
    assertThat(volume.resolve("people/dave")).doesNotExist();
    assertThat(left.all(volume, PEOPLE)).extracting(Left::account).doesNotContain(second.name());
  }

  @Test
  void whatWasGivenButNotMovedIsMovedTheNextTime() throws Exception {
    // Given
    var _ = home("finn", 20_022, "interrupted");

    // When
    homes.give(
        volume,
        PEOPLE,
        new Inhabitant(new Name("finn"), 20_021),
        new Inhabitant(new Name("gina"), 20_022));

    // Then
    assertThat(volume.resolve("people/gina/finn/letter.txt")).hasContent("interrupted");
  }

  @Test
  void whereTheTrashIsALinkNothingIsMoved() throws Exception {
    // Given
    RelativePath tricked = RelativePath.of("tricked");
    Path home = Files.createDirectories(volume.resolve("tricked/ben"));
    Files.setAttribute(home, "unix:uid", 20_001);
    Path outside = Files.createDirectories(DISKS.directory().resolve("outside"));
    Files.createSymbolicLink(volume.resolve("tricked/.trash"), outside);

    // When
    assertThatThrownBy(() -> left.put(volume, tricked, new Inhabitant(BEN, 20_001), SPRING))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("link");

    // Then
    assertThat(home).exists();
    assertThat(outside).isEmptyDirectory();
    assertThat(left.all(volume, tricked)).isEmpty();
    assertThat(left.sweep(volume, tricked, SUMMER::isAfter)).isEmpty();
  }
}
