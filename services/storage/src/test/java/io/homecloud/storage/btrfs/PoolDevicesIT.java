package io.homecloud.storage.btrfs;

import static io.homecloud.storage.btrfs.BtrfsVolumesIT.done;
import static io.homecloud.storage.btrfs.BtrfsVolumesIT.error;
import static io.homecloud.storage.btrfs.PoolLab.GIB;
import static io.homecloud.storage.btrfs.PoolLab.MIB;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.BalanceFilter;
import io.homecloud.storage.pool.DeviceRef;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolState;
import io.homecloud.storage.pool.PoolUsage;
import io.homecloud.storage.pool.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolDevicesIT {
  private final PoolLab lab = new PoolLab();
  private final BtrfsPools pools = lab.pools;
  private final RecordedProgress progress = RecordedProgress.patient();

  @AfterEach
  void leaveNothing() {
    lab.close();
  }

  @Test
  void aDiskJoinsOnceAndLeavesOnceWithNothingLost() throws Exception {
    // Given
    Path one = lab.disk(2 * GIB);
    Path two = lab.disk(2 * GIB);
    MountedPool pool = lab.make(Profile.SINGLE, one);
    byte[] film = PoolLab.write(pool.root().resolve("film"), 60 * MIB);
    // When
    Change added = done(pools.addDevice(pool, two, false));
    Change addedAgain = done(pools.addDevice(pool, two, false));
    Change removed = done(pools.removeDevice(pool, new DeviceRef.ByPath(one), progress));
    Change removedAgain = done(pools.removeDevice(pool, new DeviceRef.ByPath(one), progress));
    // Then
    assertThat(added).isEqualTo(Change.MADE);
    assertThat(addedAgain).isEqualTo(Change.ALREADY_SO);
    assertThat(removed).isEqualTo(Change.MADE);
    assertThat(removedAgain).isEqualTo(Change.ALREADY_SO);
    assertThat(pools.identify(one)).isEmpty();
    assertThat(pools.state(pool).devices())
        .extracting(device -> device.path().orElseThrow())
        .containsExactly(two);
    PoolLab.dropCaches();
    assertThat(Files.readAllBytes(pool.root().resolve("film"))).isEqualTo(film);
  }

  @Test
  void aDiskWithSomethingOnItDoesNotJoin() {
    // Given
    MountedPool pool = lab.make(Profile.SINGLE, lab.disk(GIB));
    Path full = lab.disk(GIB);
    TestPool.run("mkfs.ext4", "-q", full.toString());
    // When
    Outcome<Change> refused = pools.addDevice(pool, full, false);
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.DISK_NOT_EMPTY);
    assertThat(pools.state(pool).devices()).hasSize(1);
  }

  @Test
  void theDiskThatAProfileNeedsDoesNotLeave() {
    // Given
    Path one = lab.disk(GIB);
    MountedPool pool = lab.make(Profile.RAID1, one, lab.disk(GIB));
    // When
    Optional<Refusal> why = pools.mayRemove(pool, new DeviceRef.ByPath(one));
    Outcome<Change> refused = pools.removeDevice(pool, new DeviceRef.ByPath(one), progress);
    // Then
    assertThat(why.orElseThrow().error()).isEqualTo(StorageError.TOO_FEW_DISKS);
    assertThat(why.orElseThrow().sentence()).contains("raid1", "2 disks");
    assertThat(refused.refusal()).isEqualTo(why);
  }

  @Test
  void theLastDiskDoesNotLeave() {
    // Given
    Path one = lab.disk(GIB);
    MountedPool pool = lab.make(Profile.SINGLE, one);
    // When
    Optional<Refusal> why = pools.mayRemove(pool, new DeviceRef.ById(1));
    // Then
    assertThat(why.orElseThrow().error()).isEqualTo(StorageError.TOO_FEW_DISKS);
  }

  @Test
  void aDiskDoesNotLeaveWhenTheOthersAreTooSmall() {
    // Given
    Path large = lab.disk(3 * GIB);
    MountedPool pool = lab.make(Profile.SINGLE, large);
    PoolLab.reserve(pool.root().resolve("film"), 900);
    TestPool.run("sync", "-f", pool.root().toString());
    done(pools.addDevice(pool, lab.disk(700L * MIB), false));
    // When
    Outcome<Change> refused = pools.removeDevice(pool, new DeviceRef.ByPath(large), progress);
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.NO_ROOM);
    assertThat(pools.state(pool).devices()).hasSize(2);
  }

  @Test
  void aRemovalThatIsStoppedLeavesTheDiskAMember() throws Exception {
    // Given
    Path one = lab.disk(3 * GIB);
    MountedPool pool = lab.make(Profile.SINGLE, one);
    byte[] film = PoolLab.write(pool.root().resolve("film"), 60 * MIB);
    PoolLab.fill(pool.root().resolve("more"), 250);
    done(pools.addDevice(pool, lab.disk(3 * GIB), false));
    // When
    Outcome<Change> stopped =
        pools.removeDevice(pool, new DeviceRef.ByPath(one), RecordedProgress.impatient());
    // Then
    assertThat(error(stopped)).isEqualTo(StorageError.CANCELLED);
    assertThat(pools.state(pool).devices()).hasSize(2);
    assertThat(pools.state(pool).running()).isEqualTo(PoolState.Job.NONE);
    assertThat(Files.readAllBytes(pool.root().resolve("film"))).isEqualTo(film);
  }

  @Test
  void aHealthyDiskIsReplacedByALargerOneAndItsRoomIsUsed() throws Exception {
    // Given
    Path one = lab.disk(2 * GIB);
    Path old = lab.disk(2 * GIB);
    Path larger = lab.disk(3 * GIB);
    MountedPool pool = lab.make(Profile.RAID1, one, old);
    byte[] film = PoolLab.write(pool.root().resolve("film"), 60 * MIB);
    // When
    Change replaced =
        done(pools.replaceDevice(pool, new DeviceRef.ByPath(old), larger, false, progress));
    Change again =
        done(pools.replaceDevice(pool, new DeviceRef.ByPath(old), larger, false, progress));
    // Then
    assertThat(replaced).isEqualTo(Change.MADE);
    assertThat(again).isEqualTo(Change.ALREADY_SO);
    PoolDevice now = pools.state(pool).devices().getLast();
    assertThat(now.path()).contains(larger);
    assertThat(now.size()).isEqualTo(3 * GIB);
    assertThat(pools.identify(old)).isEmpty();
    PoolLab.dropCaches();
    assertThat(Files.readAllBytes(pool.root().resolve("film"))).isEqualTo(film);
  }

  @Test
  void howFarARemovalAndAReplacementAreIsTold() {
    // Given
    Path one = lab.disk(3 * GIB);
    MountedPool pool = lab.make(Profile.SINGLE, one);
    PoolLab.fill(pool.root().resolve("film"), 400);
    Path two = lab.disk(3 * GIB);
    RecordedProgress replaced = RecordedProgress.patient();
    // When
    done(pools.replaceDevice(pool, new DeviceRef.ByPath(one), two, false, replaced));
    done(pools.addDevice(pool, one, true));
    long allocated = device(pool, two).allocated();
    done(pools.removeDevice(pool, new DeviceRef.ByPath(two), progress));
    // Then
    assertThat(replaced.unit()).isEqualTo("bytes");
    assertThat(replaced.highest()).isBetween(MIB + 0L, 3 * GIB);
    assertThat(progress.unit()).isEqualTo("bytes");
    assertThat(progress.highest()).isBetween(MIB + 0L, allocated);
  }

  private PoolDevice device(MountedPool pool, Path node) {
    return pools.state(pool).devices().stream()
        .filter(device -> device.path().equals(Optional.of(node)))
        .findAny()
        .orElseThrow();
  }

  @Test
  void aSmallerDiskDoesNotReplaceOne() {
    // Given
    Path old = lab.disk(2 * GIB);
    MountedPool pool = lab.make(Profile.RAID1, lab.disk(2 * GIB), old);
    // When
    Optional<Refusal> why = pools.mayReplace(pool, new DeviceRef.ByPath(old), lab.disk(GIB), false);
    // Then
    assertThat(why.orElseThrow().error()).isEqualTo(StorageError.DISK_TOO_SMALL);
  }

  @Test
  void aMissingDiskIsReplacedAndTheCopiesComeBack() throws Exception {
    // Given
    Path one = lab.disk(3 * GIB);
    Path two = lab.disk(3 * GIB);
    MountedPool healthy = lab.make(Profile.RAID1, one, two);
    byte[] film = PoolLab.write(healthy.root().resolve("film"), 60 * MIB);
    done(pools.unmount(healthy));
    lab.pull(two);
    MountedPool pool = done(pools.mount(lab.mounting(true, one)));
    byte[] late = PoolLab.write(pool.root().resolve("late"), 60 * MIB);
    Path fresh = lab.disk(3 * GIB);
    // When
    done(pools.replaceDevice(pool, new DeviceRef.ById(2), fresh, false, progress));
    Change converted = done(pools.convert(pool, Profile.RAID1, Profile.RAID1, progress));
    Change again = done(pools.convert(pool, Profile.RAID1, Profile.RAID1, progress));
    // Then
    assertThat(pools.state(pool).degraded()).isFalse();
    assertThat(converted).isEqualTo(Change.MADE);
    assertThat(again).isEqualTo(Change.ALREADY_SO);
    assertThat(pools.usage(pool).groups())
        .filteredOn(group -> group.total() > 0)
        .extracting(PoolUsage.Group::profile)
        .containsOnly("raid1");
    done(pools.unmount(pool));
    lab.pull(one);
    MountedPool other = done(pools.mount(lab.mounting(true, fresh)));
    assertThat(Files.readAllBytes(other.root().resolve("film"))).isEqualTo(film);
    assertThat(Files.readAllBytes(other.root().resolve("late"))).isEqualTo(late);
  }

  @Test
  void aDiskThatWasReplacedWhileItWasAwayIsLeftOutWhenItComesBack() throws Exception {
    // Given
    Path one = lab.disk(2 * GIB);
    Path two = lab.disk(2 * GIB);
    Path image = lab.image(two);
    MountedPool healthy = lab.make(Profile.RAID1, one, two);
    done(pools.unmount(healthy));
    lab.pull(two);
    MountedPool pool = done(pools.mount(lab.mounting(true, one)));
    byte[] late = PoolLab.write(pool.root().resolve("late"), MIB);
    Path fresh = lab.disk(2 * GIB);
    done(pools.replaceDevice(pool, new DeviceRef.ById(2), fresh, false, progress));
    done(pools.unmount(pool));
    Path old = lab.plug(image);
    // When
    MountedPool again = lab.mount(old, one, fresh);
    // Then
    assertThat(pools.state(again).degraded()).isFalse();
    assertThat(pools.state(again).devices())
        .extracting(device -> device.path().orElseThrow())
        .containsExactlyInAnyOrder(one, fresh);
    assertThat(Files.readAllBytes(again.root().resolve("late"))).isEqualTo(late);
  }

  @Test
  void aReplacementForAFullSurvivorIsRefusedBeforeItStarts() {
    // Given
    Path one = lab.disk(GIB);
    Path two = lab.disk(GIB);
    MountedPool healthy = lab.make(Profile.RAID1, one, two);
    for (int i = 0; i < 6; i++) {
      PoolLab.reserve(healthy.root().resolve("film" + i), 100);
    }
    done(pools.unmount(healthy));
    lab.pull(two);
    MountedPool pool = done(pools.mount(lab.mounting(true, one)));
    Path fresh = lab.disk(GIB);
    // When
    Outcome<Change> refused =
        pools.replaceDevice(pool, new DeviceRef.ById(2), fresh, false, progress);
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.NO_ROOM);
    assertThat(refused.refusal().orElseThrow().sentence()).contains("unallocated", "balance");
    assertThat(pools.identify(fresh)).isEmpty();
  }

  @Test
  void convertingGoesToMoreCopiesAndBack() {
    // Given
    MountedPool pool = lab.make(Profile.SINGLE, lab.disk(2 * GIB), lab.disk(2 * GIB));
    PoolLab.write(pool.root().resolve("film"), 60 * MIB);
    // When
    Change mirrored = done(pools.convert(pool, Profile.RAID1, Profile.RAID1, progress));
    Change back = done(pools.convert(pool, Profile.SINGLE, Profile.DUP, progress));
    // Then
    assertThat(mirrored).isEqualTo(Change.MADE);
    assertThat(back).isEqualTo(Change.MADE);
    assertThat(new RoomCheck(pools.state(pool), pools.usage(pool)).has(Profile.SINGLE, Profile.DUP))
        .isTrue();
  }

  @Test
  void convertingToWhatDoesNotFitIsRefused() {
    // Given
    MountedPool pool = lab.make(Profile.SINGLE, lab.disk(GIB), lab.disk(GIB));
    PoolLab.reserve(pool.root().resolve("film"), 1100);
    TestPool.run("sync", "-f", pool.root().toString());
    // When
    Optional<Refusal> why = pools.mayConvert(pool, Profile.RAID1, Profile.RAID1);
    Optional<Refusal> fewer = pools.mayConvert(pool, Profile.RAID1C3, Profile.RAID1C3);
    // Then
    assertThat(why.orElseThrow().error()).isEqualTo(StorageError.NO_ROOM);
    assertThat(fewer.orElseThrow().error()).isEqualTo(StorageError.TOO_FEW_DISKS);
  }

  @Test
  void aConversionThatIsStoppedGoesOnWhenAskedAgain() throws Exception {
    // Given
    MountedPool pool = lab.make(Profile.SINGLE, lab.disk(3 * GIB), lab.disk(3 * GIB));
    PoolLab.fill(pool.root().resolve("film"), 250);
    // When
    Outcome<Change> stopped =
        pools.convert(pool, Profile.RAID1, Profile.RAID1, RecordedProgress.impatient());
    Change finished = done(pools.convert(pool, Profile.RAID1, Profile.RAID1, progress));
    // Then
    assertThat(error(stopped)).isEqualTo(StorageError.CANCELLED);
    assertThat(finished).isEqualTo(Change.MADE);
    assertThat(progress.unit()).isEqualTo("chunks");
  }

  @Test
  void aBalanceFreesChunksThatWereLeftEmpty() throws Exception {
    // Given
    MountedPool pool = lab.make(Profile.SINGLE, lab.disk(4 * GIB));
    for (int i = 0; i < 20; i++) {
      PoolLab.reserve(pool.root().resolve("film" + i), 50);
    }
    for (int i = 0; i < 20; i++) {
      if (i % 5 != 0) {
        Files.delete(pool.root().resolve("film" + i));
      }
    }
    TestPool.run("sync", "-f", pool.root().toString());
    long before = pools.usage(pool).allocated();
    // When
    Outcome<Change> balanced = pools.balance(pool, new BalanceFilter(70, -1), progress);
    // Then
    assertThat(balanced).isEqualTo(new Done<>(Change.MADE));
    assertThat(pools.usage(pool).allocated()).isLessThan(before);
  }

  @Test
  void aBalanceThatWasInterruptedByAPowerCutIsTakenOver() throws Exception {
    // Given
    Path one = lab.disk(3 * GIB);
    MountedPool pool = lab.make(Profile.SINGLE, one, lab.disk(3 * GIB));
    PoolLab.fill(pool.root().resolve("film"), 250);
    String ended = lab.directory().resolve("ended").toString();
    // It may be through before it is told to pause; then it begins again.
    String startAndPause =
        """
        rm -f "$2"
        (btrfs balance start -dusage=100 "$1"; touch "$2") &
        until btrfs balance pause "$1"; do
          [ -e "$2" ] && exit 1
        done
        wait
        """;
    eventually(() -> {
      TestPool.run("sh", "-c", startAndPause, "sh", pool.root().toString(), ended);
      assertThat(pools.state(pool).running()).isEqualTo(PoolState.Job.BALANCE_PAUSED);
    });
    // When
    Change converted = done(pools.convert(pool, Profile.RAID1, Profile.RAID1, progress));
    // Then
    assertThat(converted).isEqualTo(Change.MADE);
    assertThat(pools.state(pool).running()).isEqualTo(PoolState.Job.NONE);
  }
}
