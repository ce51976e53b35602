package io.homecloud.storage.btrfs;

import static io.homecloud.storage.btrfs.BtrfsVolumesIT.done;
import static io.homecloud.storage.btrfs.BtrfsVolumesIT.error;
import static io.homecloud.storage.btrfs.PoolLab.GIB;
import static io.homecloud.storage.btrfs.PoolLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.Profile;
import io.homecloud.storage.pool.ScrubReport;
import io.homecloud.storage.volume.Owner;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScrubIT {
  private final PoolLab lab = new PoolLab();
  private final BtrfsPools pools = lab.pools;
  private final BtrfsVolumes volumes = new BtrfsVolumes();
  private final RecordedProgress progress = RecordedProgress.patient();

  @AfterEach
  void leaveNothing() {
    lab.close();
  }

  @Test
  void aHealthyPoolIsReadWhole() {
    // Given
    MountedPool pool = lab.make(Profile.SINGLE, lab.disk(GIB));
    PoolLab.fill(pool.root().resolve("film"), 100);
    // When
    ScrubReport report = done(pools.scrub(pool, progress));
    // Then
    assertThat(report.bytes()).isGreaterThanOrEqualTo(100 * MIB);
    assertThat(report.corrected() + report.uncorrectable() + report.unverified()).isZero();
    assertThat(report.damaged()).isEmpty();
    assertThat(report.damagedMetadata()).isFalse();
    assertThat(report.moreDamaged()).isFalse();
  }

  @Test
  void whatHasAnotherCopyIsRepaired() throws Exception {
    // Given
    Path one = lab.disk(GIB);
    Path two = lab.disk(GIB);
    MountedPool pool = lab.make(Profile.RAID1, one, two);
    byte[] film = PoolLab.write(pool.root().resolve("film"), 20 * MIB);
    done(pools.unmount(pool));
    lab.damage(two, film);
    lab.mount(one, two);
    // When
    ScrubReport report = done(pools.scrub(pool, progress));
    ScrubReport again = done(pools.scrub(pool, progress));
    // Then
    assertThat(report.corrected()).isEqualTo(1);
    assertThat(report.uncorrectable()).isZero();
    assertThat(report.damaged()).isEmpty();
    assertThat(again.corrected()).isZero();
    assertThat(pools.state(pool).devices().getLast().errors().corruption()).isEqualTo(1);
    pools.resetErrors(pool);
    assertThat(pools.state(pool).devices()).noneMatch(device -> device.errors().any());
    assertThat(Files.readAllBytes(pool.root().resolve("film"))).isEqualTo(film);
  }

  @ParameterizedTest
  @EnumSource(Profile.class)
  void whatIsLostIsNamedInEveryProfile(Profile profile) {
    // Given
    Path[] disks = new Path[profile.minimumDisks()];
    for (int i = 0; i < disks.length; i++) {
      disks[i] = lab.disk(GIB / 2);
    }
    MountedPool pool = lab.make(profile, disks);
    PoolLab.write(pool.root().resolve("healthy"), 4 * MIB);
    byte[] film = PoolLab.write(pool.root().resolve("film"), 3 * MIB);
    done(pools.unmount(pool));
    for (int copy = 0; copy < profile.copies(); copy++) {
      damageNextCopy(disks, film);
    }
    lab.mount(disks);
    // When
    ScrubReport report = done(pools.scrub(pool, progress));
    // Then
    assertThat(report.uncorrectable()).isPositive();
    assertThat(report.damaged()).containsExactly(Path.of("film"));
    assertThat(report.damagedMetadata()).isFalse();
    assertThat(report.moreDamaged()).isFalse();
  }

  private Place volume(MountedPool pool) {
    VolumeId volume = new VolumeId(UUID.randomUUID());
    done(volumes.prepare(pool));
    return done(volumes.create(
            pool,
            volume,
            new VolumeSettings(OptionalLong.empty(), false, Optional.empty(), Owner.ROOT, 0755)))
        .place();
  }

  /** Each copy is damaged once: then it is found no more. */
  private void damageNextCopy(Path[] disks, byte[] content) {
    for (Path disk : disks) {
      try {
        lab.damage(disk, content);
        return;
      } catch (AssertionError notHere) {
        // On another disk.
      }
    }
    throw new AssertionError("no copy is left");
  }

  @Test
  void everyFileOfManyIsNamedAndEverySnapshotThatSharesIt() {
    // Given
    Path disk = lab.disk(GIB);
    MountedPool pool = lab.make(Profile.SINGLE, disk);
    Place live = volume(pool);
    SnapshotId snapshot = new SnapshotId(UUID.randomUUID());
    List<byte[]> contents = new ArrayList<>();
    List<Path> expected = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      contents.add(PoolLab.write(pool.root().resolve(live.path()).resolve("letter" + i), 16_384));
      expected.add(live.path().resolve("letter" + i));
    }
    Place held = done(volumes.snapshot(pool, live.volume(), snapshot)).place();
    for (int i = 0; i < 60; i++) {
      expected.add(held.path().resolve("letter" + i));
    }
    done(pools.unmount(pool));
    contents.forEach(content -> lab.damage(disk, content));
    lab.mount(disk);
    // When
    ScrubReport report = done(pools.scrub(pool, progress));
    // Then
    assertThat(report.uncorrectable()).isEqualTo(60);
    assertThat(report.damaged()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(report.moreDamaged()).isFalse();
  }

  @Test
  void aDegradedPoolIsScrubbedWithoutTheMissingDisk() {
    // Given
    Path one = lab.disk(GIB);
    Path two = lab.disk(GIB);
    MountedPool pool = lab.make(Profile.RAID1, one, two);
    byte[] film = PoolLab.write(pool.root().resolve("film"), 20 * MIB);
    done(pools.unmount(pool));
    lab.pull(two);
    lab.damage(one, film);
    done(pools.mount(lab.mounting(true, one)));
    // When
    ScrubReport report = done(pools.scrub(pool, progress));
    // Then
    assertThat(report.damaged()).containsExactly(Path.of("film"));
  }

  @Test
  void lostMetadataIsSaid() throws Exception {
    // Given
    Path disk = lab.disk(GIB / 2);
    MountedPool pool = lab.make(Profile.SINGLE, disk);
    Place live = volume(pool);
    for (int i = 0; i < 500; i++) {
      Files.writeString(pool.root().resolve(live.path()).resolve("letter" + i), "dear " + i);
    }
    done(pools.unmount(pool));
    lab.damageMetadata(disk, "letter250");
    lab.mount(disk);
    // When
    ScrubReport report = done(pools.scrub(pool, progress));
    // Then
    assertThat(report.uncorrectable()).isPositive();
    assertThat(report.damagedMetadata()).isTrue();
    assertThat(report.damaged()).isEmpty();
  }

  @Test
  void aScrubCanBeStoppedAndStartedAgain() throws Exception {
    // Given
    MountedPool pool = lab.make(Profile.SINGLE, lab.disk(GIB));
    PoolLab.fill(pool.root().resolve("film"), 100);
    slow(pool, 20L * MIB);
    // When
    Outcome<ScrubReport> stopped = pools.scrub(pool, RecordedProgress.impatient());
    slow(pool, 0);
    ScrubReport whole = done(pools.scrub(pool, progress));
    // Then
    assertThat(error(stopped)).isEqualTo(StorageError.CANCELLED);
    assertThat(whole.bytes()).isGreaterThanOrEqualTo(100 * MIB);
  }

  @Test
  void aScrubThatRunsAlreadyIsJoined() throws Exception {
    // Given
    Path disk = lab.disk(GIB);
    MountedPool pool = lab.make(Profile.SINGLE, disk);
    byte[] film = PoolLab.write(pool.root().resolve("film"), 60 * MIB);
    done(pools.unmount(pool));
    lab.damage(disk, film);
    lab.mount(disk);
    slow(pool, 20L * MIB);
    TestPool.run("btrfs", "scrub", "start", pool.root().toString());
    // When
    ScrubReport report = done(pools.scrub(pool, progress));
    // Then
    assertThat(report.uncorrectable()).isEqualTo(1);
    assertThat(report.damaged()).containsExactly(Path.of("film"));
    assertThat(progress.highest()).isPositive();
    assertThat(progress.unit()).isEqualTo("bytes");
  }

  /** Bytes a second of each disk, 0 for as fast as it can. */
  private void slow(MountedPool pool, long speed) throws Exception {
    for (PoolDevice device : pools.state(pool).devices()) {
      Files.writeString(
          Path.of("/sys/fs/btrfs", pool.id().toString(), "devinfo", Long.toString(device.id()))
              .resolve("scrub_speed_max"),
          Long.toString(speed));
    }
  }
}
