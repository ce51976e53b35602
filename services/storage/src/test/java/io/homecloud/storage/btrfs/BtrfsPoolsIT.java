package io.homecloud.storage.btrfs;

import static io.homecloud.storage.btrfs.BtrfsVolumesIT.done;
import static io.homecloud.storage.btrfs.BtrfsVolumesIT.error;
import static io.homecloud.storage.btrfs.PoolLab.GIB;
import static io.homecloud.storage.btrfs.PoolLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Change;
import io.homecloud.storage.Compression;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.DeviceIdentity;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.NewPool;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolMount;
import io.homecloud.storage.pool.PoolState;
import io.homecloud.storage.pool.PoolUsage;
import io.homecloud.storage.pool.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BtrfsPoolsIT {
  private final PoolLab lab = new PoolLab();
  private final BtrfsPools pools = lab.pools;

  @AfterEach
  void leaveNothing() {
    lab.close();
  }

  @ParameterizedTest
  @EnumSource(Profile.class)
  void aPoolOfEveryProfileIsWhatWasAskedFor(Profile profile) {
    // Given
    Path[] devices =
        Stream.generate(() -> lab.disk(GIB)).limit(profile.minimumDisks()).toArray(Path[]::new);
    // When
    MountedPool pool = lab.make(profile, devices);
    // Then
    PoolState state = pools.state(pool);
    assertThat(state.id()).isEqualTo(lab.id);
    assertThat(state.label()).isEqualTo("homecloud-home");
    assertThat(state.quotas()).isTrue();
    assertThat(state.degraded()).isFalse();
    assertThat(state.running()).isEqualTo(PoolState.Job.NONE);
    assertThat(state.devices())
        .extracting(device -> device.path().orElseThrow())
        .containsExactly(devices);
    assertThat(pools.usage(pool).groups())
        .filteredOn(group -> group.kind() == PoolUsage.Kind.DATA && group.total() > 0)
        .extracting(PoolUsage.Group::profile)
        .containsExactly(profile.toString());
  }

  @Test
  void tooFewDisksAreRefusedBeforeAnythingIsWritten() {
    // Given
    Path disk = lab.disk(GIB);
    // When
    Outcome<Change> refused = pools.format(lab.wanted(Profile.RAID1, disk));
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.TOO_FEW_DISKS);
    assertThat(pools.identify(disk)).isEmpty();
  }

  @Test
  void aFormattedDiskIsFormattedOnce() {
    // Given
    Path disk = lab.disk(GIB);
    NewPool wanted = lab.wanted(Profile.SINGLE, disk);
    done(pools.format(wanted));
    DeviceIdentity before = pools.identify(disk).orElseThrow();
    // When
    Outcome<Change> again = pools.format(wanted);
    // Then
    assertThat(again).isEqualTo(new Done<>(Change.ALREADY_SO));
    assertThat(pools.identify(disk)).contains(before);
    assertThat(before.pool()).isEqualTo(lab.id);
    assertThat(before.label()).isEqualTo("homecloud-home");
    assertThat(before.deviceCount()).isEqualTo(1);
    assertThat(before.size()).isEqualTo(GIB);
  }

  @Test
  void aDiskWithSomethingOnItIsLeftAloneUnlessErasingIsAskedFor() {
    // Given
    Path disk = lab.disk(GIB);
    TestPool.run("mkfs.ext4", "-q", "-L", "holiday", disk.toString());
    NewPool wanted = lab.wanted(Profile.SINGLE, disk);
    // When
    Outcome<Change> refused = pools.format(wanted);
    String left = TestPool.run("blkid", "-p", "-s", "LABEL", "-o", "value", disk.toString());
    Outcome<Change> erased =
        pools.format(
            new NewPool(
                lab.id, wanted.label(), wanted.devices(), wanted.data(), wanted.metadata(), true));
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.DISK_NOT_EMPTY);
    assertThat(refused.refusal().orElseThrow().sentence()).contains("ext4", "holiday");
    assertThat(left).isEqualTo("holiday");
    assertThat(erased).isEqualTo(new Done<>(Change.MADE));
  }

  @Test
  void aMountedDiskIsNeverErased() {
    // Given
    Path disk = lab.disk(GIB);
    TestPool.run("mkfs.ext4", "-q", disk.toString());
    Path point = lab.directory().resolve("ext4");
    TestPool.run("mkdir", point.toString());
    TestPool.run("mount", disk.toString(), point.toString());
    // When
    Outcome<Change> refused =
        pools.format(new NewPool(lab.id, "x", List.of(disk), Profile.SINGLE, Profile.DUP, true));
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.DISK_BUSY);
  }

  @Test
  void aPlainFileIsNoDisk() throws Exception {
    // Given
    Path file = Files.write(lab.directory().resolve("film.mkv"), new byte[200 * MIB]);
    // When
    Outcome<Change> refused = pools.format(lab.wanted(Profile.SINGLE, file));
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.DISK_NOT_FOUND);
    assertThat(pools.identify(file)).isEmpty();
  }

  @Test
  void aPoolThatHasBeenUsedIsNeverFormattedAgain() {
    // Given
    Path one = lab.disk(GIB);
    Path two = lab.disk(GIB);
    MountedPool pool = lab.make(Profile.RAID1, one, two);
    PoolLab.write(pool.root().resolve("film"), MIB);
    done(pools.unmount(pool));
    lab.pull(two);
    Path blank = lab.disk(GIB);
    // When
    Outcome<Change> refused = pools.format(lab.wanted(Profile.RAID1, one, blank));
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.DISK_NOT_EMPTY);
    assertThat(pools.identify(one)).isPresent();
  }

  @Test
  void mountIsRepeatableAndHasItsOptions() {
    // Given
    Path disk = lab.disk(GIB);
    done(pools.format(lab.wanted(Profile.SINGLE, disk)));
    PoolMount wanted =
        new PoolMount(
            lab.id,
            List.of(disk),
            lab.top(),
            Compression.parse("zstd:3"),
            PoolMount.Access.WRITE,
            false);
    // When
    MountedPool first = done(pools.mount(wanted));
    MountedPool second = done(pools.mount(wanted));
    // Then
    assertThat(second).isEqualTo(first);
    List<Mount> there =
        new Mounts()
            .list().stream()
                .filter(mount -> mount.mountPoint().equals(lab.top().toString()))
                .toList();
    assertThat(there).hasSize(1);
    assertThat(there.getFirst().superOptions()).contains("compress=zstd:3", "subvol=/");
    assertThat(there.getFirst().options()).contains("noatime", "nosuid", "nodev");
  }

  @Test
  void aDegradedMountIsWithoutTheDisksThatItDoesNotNameThoughTheKernelKnowsThem() throws Exception {
    // Given
    Path one = lab.disk(GIB);
    Path two = lab.disk(GIB);
    done(pools.format(lab.wanted(Profile.RAID1, one, two)));
    DeviceIdentity before = pools.identify(two).orElseThrow();
    TestPool.run("btrfs", "device", "scan", two.toString());
    // When
    MountedPool pool = done(pools.mount(lab.mounting(true, one)));
    // Then
    assertThat(pools.state(pool).devices())
        .filteredOn(device -> !device.missing())
        .extracting(PoolDevice::path)
        .containsExactly(Optional.of(one));
    Files.writeString(pool.root().resolve("file"), "written");
    assertThat(done(pools.unmount(pool))).isEqualTo(Change.MADE);
    lab.awaitUnmounted(one);
    assertThat(pools.identify(two)).contains(before);
    assertThat(pools.identify(one).orElseThrow().generation()).isGreaterThan(before.generation());
  }

  /** A part of it is mounted before, as the script does for the databases. */
  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  void solidStateIsSeenByTheKernelWhoeverMountsFirst(String rotational, boolean solid)
      throws Exception {
    // Given
    Path disk = lab.disk(GIB);
    Path queue = Path.of("/sys/block", disk.getFileName().toString(), "queue");
    Files.writeString(queue.resolve("rotational"), rotational);
    done(pools.format(lab.wanted(Profile.SINGLE, disk)));
    Path part = Files.createDirectory(lab.directory().resolve("part"));
    TestPool.run("mount", "-o", "noatime,subvolid=5", disk.toString(), part.toString());
    // When
    lab.mount(disk);
    // Then
    assertThat(Files.readString(queue.resolve("discard_max_bytes"))).isNotEqualTo("0\n");
    Set<String> options =
        new Mounts()
            .list().stream()
                .filter(mount -> mount.mountPoint().equals(lab.top().toString()))
                .findFirst()
                .orElseThrow()
                .superOptions();
    assertThat(options).contains("discard=async");
    assertThat(options.contains("ssd")).isEqualTo(solid);
  }

  @Test
  void aPoolOfSeveralDisksIsMountedThoughNobodyScannedThem() {
    // Given
    Path one = lab.disk(GIB);
    Path two = lab.disk(GIB);
    done(pools.format(lab.wanted(Profile.RAID1, one, two)));
    TestPool.run("btrfs", "device", "scan", "--forget", one.toString());
    TestPool.run("btrfs", "device", "scan", "--forget", two.toString());
    // When
    MountedPool pool = lab.mount(one, two);
    // Then
    assertThat(pools.state(pool).devices()).noneMatch(PoolDevice::missing);
    done(pools.unmount(pool));
    assertThat(done(pools.unmount(pool))).isEqualTo(Change.ALREADY_SO);
    done(pools.mount(lab.mounting(false, two, one)));
  }

  @Test
  void aMissingDiskIsSaidAndDegradedOnlyWhenAsked() {
    // Given
    Path one = lab.disk(GIB);
    Path two = lab.disk(GIB);
    done(pools.unmount(lab.make(Profile.RAID1, one, two)));
    lab.pull(two);
    // When
    Outcome<MountedPool> refused = pools.mount(lab.mounting(false, one));
    MountedPool degraded = done(pools.mount(lab.mounting(true, one)));
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.DISKS_MISSING);
    PoolState state = pools.state(degraded);
    assertThat(state.degraded()).isTrue();
    assertThat(state.readOnly()).isFalse();
    assertThat(state.devices()).hasSize(2);
    assertThat(state.devices().getLast().missing()).isTrue();
    assertThat(state.devices().getLast().path()).isEmpty();
  }

  /** It is mounted to look at what the kernel took, and the process may end before it goes on. */
  @Test
  void aDegradedMountThatWasCutShortIsMadeAnew() {
    // Given
    Path one = lab.disk(GIB);
    Path two = lab.disk(GIB);
    done(pools.unmount(lab.make(Profile.RAID1, one, two)));
    lab.pull(two);
    TestPool.run("mount", "-o", "ro,degraded", one.toString(), lab.top().toString());
    // When
    Outcome<MountedPool> whole = pools.mount(lab.mounting(false, one));
    MountedPool degraded = done(pools.mount(lab.mounting(true, one)));
    // Then
    assertThat(error(whole)).isEqualTo(StorageError.DISKS_MISSING);
    assertThat(pools.state(degraded).readOnly()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Profile.class,
      names = {"RAID0", "RAID1", "RAID1C3", "RAID10"})
  void aPoolLivesWithoutSoManyDisksAsItsProfileMayLoseAndNotWithoutOneMore(Profile profile)
      throws Exception {
    // Given
    List<Path> devices = new ArrayList<>();
    for (int disk = 0; disk < profile.minimumDisks(); disk++) {
      devices.add(lab.disk(GIB));
    }
    MountedPool pool = lab.make(profile, devices.toArray(Path[]::new));
    byte[] content = PoolLab.write(pool.root().resolve("film"), 8 * MIB);
    done(pools.unmount(pool));

    for (int missing = 1; missing <= profile.mayFail(); missing++) {
      // When
      lab.pull(devices.removeLast());
      pool = done(pools.mount(lab.mounting(true, devices.toArray(Path[]::new))));
      // Then
      assertThat(pools.state(pool).readOnly()).isFalse();
      assertThat(pool.root().resolve("film")).hasBinaryContent(content);
      done(pools.unmount(pool));
    }

    // When
    lab.pull(devices.removeLast());
    Outcome<MountedPool> refused = pools.mount(lab.mounting(true, devices.toArray(Path[]::new)));
    // Then
    assertThat(error(refused))
        .isEqualTo(devices.isEmpty() ? StorageError.POOL_NOT_FOUND : StorageError.DISKS_MISSING);
  }

  @Test
  void aDiskOfAnotherPoolIsNotMounted() {
    // Given
    Path disk = lab.disk(GIB);
    // When
    Outcome<MountedPool> refused = pools.mount(lab.mounting(false, disk));
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.POOL_NOT_FOUND);
  }

  @Test
  void aCopyOfADiskIsADuplicate() throws Exception {
    // Given
    Path disk = lab.disk(GIB);
    done(pools.format(lab.wanted(Profile.SINGLE, disk)));
    Path copy = lab.disk(GIB);
    TestPool.run("dd", "bs=1M", "count=8", "status=none", "if=" + disk, "of=" + copy);
    // When
    Outcome<MountedPool> refused = pools.mount(lab.mounting(false, disk, copy));
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.DISK_DUPLICATE);
  }

  @Test
  void aBusyPoolIsNotUnmounted() throws Exception {
    // Given
    MountedPool pool = lab.make(Profile.SINGLE, lab.disk(GIB));
    Path letter = Files.writeString(pool.root().resolve("letter"), "dear");
    // When
    Outcome<Change> refused;
    try (var open = Files.newInputStream(letter)) {
      assertThat(open.read()).isPositive();
      refused = pools.unmount(pool);
    }
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.POOL_BUSY);
    assertThat(refused.refusal().orElseThrow().sentence())
        .contains(Long.toString(ProcessHandle.current().pid()));
  }

  @Test
  void usageIsWhatTheToolSays() {
    // Given
    MountedPool pool = lab.make(Profile.RAID1, lab.disk(2 * GIB), lab.disk(GIB));
    PoolLab.fill(pool.root().resolve("film"), 100);
    TestPool.run("sync", "-f", pool.root().toString());
    // When
    PoolUsage usage = pools.usage(pool);
    // Then
    List<String> tool =
        TestPool.run("btrfs", "filesystem", "usage", "-b", pool.root().toString())
            .lines()
            .map(line -> line.strip().replaceAll("\\s+", " "))
            .toList();
    assertThat(tool)
        .contains(
            "Device size: " + usage.size(),
            "Device allocated: " + usage.allocated(),
            "Used: " + usage.used(),
            "Free (estimated): %d (min: %d)".formatted(usage.freeEstimated(), usage.freeMinimum()),
            "Free (statfs, df): " + usage.available());
  }
}
