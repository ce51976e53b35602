package io.homecloud.sharing.share.mounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.LocalHost;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.volume.KnownVolumes.KnownSnapshot;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What it costs to show many snapshots to many people, in names that are looked at. */
class SnapshotViewIT {
  private static final int SNAPSHOTS = 500;
  private static final int HOMES = 10;
  private static final Instant FIRST = Instant.parse("2026-11-26T00:00:00Z");
  private static final RelativePath PEOPLE = RelativePath.of("people");

  private final LoopDisks disks = new LoopDisks();
  private final ShareMounts mounts = new ShareMounts(new LocalHost());
  private final SnapshotView view = new SnapshotView(mounts);
  private final Map<String, FileOwner> owners = new LinkedHashMap<>();
  private final List<KnownSnapshot> snapshots = new ArrayList<>();
  private Path pool = Path.of("/");
  private Path place = Path.of("/");

  @BeforeEach
  void makeSnapshots() throws IOException {
    Path disk = disks.disk(256L << 20);
    var _ =
        new LocalHost()
            .run(new HostCommand(Duration.ofSeconds(30), "mkfs.btrfs", "-q", disk.toString()));
    pool = disks.mount(disk);
    place = disks.directory().resolve("snapshots");
    for (int i = 0; i < HOMES; i++) {
      owners.put("home-" + i, new FileOwner(20_001 + i, 20_001 + i));
    }
    for (int i = 0; i < SNAPSHOTS; i++) {
      snapshots.add(snapshot(i));
    }
  }

  @AfterEach
  void leaveNothing() {
    assertThat(mounts.clear(place)).isEqualTo(new Placed.Away());
    mounts.close();
    disks.close();
  }

  /** A directory is as good as a real one for that; the last has a file in each home. */
  private KnownSnapshot snapshot(int number) throws IOException {
    Path directory = Files.createDirectories(pool.resolve("all/" + UUID.randomUUID()));
    if (number == SNAPSHOTS) {
      for (Map.Entry<String, FileOwner> home : owners.entrySet()) {
        Path there = Files.createDirectories(directory.resolve("people/" + home.getKey()));
        Files.setAttribute(there, "unix:uid", home.getValue().uid());
        Files.writeString(there.resolve("diary"), home.getKey());
      }
    }
    return new KnownSnapshot(
        UUID.randomUUID(), UUID.randomUUID(), directory.toString(), FIRST.plusSeconds(number));
  }

  @Test
  void eachOfSeveralWithinASecondIsSeen() throws IOException {
    // Given
    snapshots.clear();
    for (int i = 0; i < 3; i++) {
      KnownSnapshot one = snapshot(SNAPSHOTS);
      Files.writeString(Path.of(one.path()).resolve("number"), "number " + i);
      snapshots.add(
          new KnownSnapshot(one.uid(), one.volume(), one.path(), FIRST.plusMillis(300L * i)));
    }

    // When
    assertThat(view.show(place, snapshots, RelativePath.TOP, new FileOwner(0, 0))).isEmpty();

    // Then
    for (int i = 0; i < 3; i++) {
      assertThat(place.resolve("@GMT-2026.11.26-00.00.0" + i + "/number"))
          .hasContent("number " + i);
    }

    // When
    assertThat(view.showHomes(place, snapshots, PEOPLE, owners)).isEmpty();

    // Then
    assertThat(place.resolve("@GMT-2026.11.26-00.00.02/home-4/diary")).hasContent("home-4");
  }

  private long cost() {
    long before = view.steps();
    assertThat(view.showHomes(place, snapshots, PEOPLE, owners)).isEmpty();
    return view.steps() - before;
  }

  @Test
  void aLookCostsAsMuchAsThereAreSnapshotsAndAChangeWhatItChanges() throws IOException {
    // Given
    assertThat(cost()).isGreaterThan(SNAPSHOTS * HOMES);

    // When
    long again = cost();

    // Then
    assertThat(again).isLessThan(3 * SNAPSHOTS + 10 * HOMES);

    // When
    snapshots.add(snapshot(SNAPSHOTS));
    long one = cost() - again;

    // Then
    assertThat(one).isLessThan(10 * HOMES);
    Path newest = place.resolve("@GMT-2026.11.26-00.08.20");
    for (String home : owners.keySet()) {
      assertThat(newest.resolve(home).resolve("diary")).hasContent(home);
    }

    // When: somebody meddles with it
    Path lost = newest.resolve("home-3");
    Files.delete(lost);
    Files.createSymbolicLink(lost, Path.of("/etc"));
    long repair = cost() - again;

    // Then
    assertThat(lost.resolve("diary")).hasContent("home-3");
    assertThat(repair).isLessThan(10 * HOMES);

    // When
    owners.remove("home-3");
    snapshots.removeFirst();
    assertThat(cost()).isPositive();

    // Then
    assertThat(Files.exists(lost, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(place.resolve("@GMT-2026.11.26-00.00.00")).doesNotExist();
    assertThat(newest.resolve("home-4").resolve("diary")).hasContent("home-4");
  }
}
