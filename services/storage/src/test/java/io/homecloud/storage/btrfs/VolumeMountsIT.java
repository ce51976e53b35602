package io.homecloud.storage.btrfs;

import static io.homecloud.storage.btrfs.BtrfsVolumesIT.done;
import static io.homecloud.storage.btrfs.BtrfsVolumesIT.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.host.mount.Holder;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.Owner;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSettings;
import io.homecloud.testkit.Elsewhere;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeMountsIT {
  private static final TestPool POOL = TestPool.counting();
  private static final VolumeSettings PLAIN =
      new VolumeSettings(OptionalLong.empty(), false, Optional.empty(), Owner.ROOT, 0755);

  private final BtrfsVolumes volumes = new BtrfsVolumes();
  private final MountedPool pool = POOL.pool();
  private final VolumeId volume = new VolumeId(UUID.randomUUID());
  private final Path target = POOL.directory().resolve("srv").resolve("files " + volume);

  @AfterAll
  static void leaveNothing() {
    POOL.close();
  }

  @BeforeEach
  void make() {
    done(volumes.create(pool, volume, PLAIN));
  }

  @Test
  void aVolumeIsMountedByItselfOnce() throws Exception {
    // When
    Change first = done(volumes.mount(pool, volume, target));
    Change second = done(volumes.mount(pool, volume, target));
    // Then
    assertThat(first).isEqualTo(Change.MADE);
    assertThat(second).isEqualTo(Change.ALREADY_SO);
    Mount mount =
        new Mounts()
            .list().stream()
                .filter(one -> one.mountPoint().equals(target.toString()))
                .reduce((one, other) -> {
                  throw new AssertionError("mounted twice");
                })
                .orElseThrow();
    assertThat(mount.root()).isEqualTo("/@volumes/" + volume);
    assertThat(mount.options()).contains("nosuid", "nodev", "noatime");
    assertThat(volumes.mounts(pool)).containsEntry(target, volume);
  }

  @Test
  void unmountMayBeRepeatedAndLeavesAnEmptyDirectory() {
    // Given
    done(volumes.mount(pool, volume, target));
    // When
    Change first = done(volumes.unmount(pool, volume, target));
    Change second = done(volumes.unmount(pool, volume, target));
    // Then
    assertThat(first).isEqualTo(Change.MADE);
    assertThat(second).isEqualTo(Change.ALREADY_SO);
    assertThat(target).isEmptyDirectory();
    assertThat(volumes.mounts(pool)).doesNotContainKey(target);
  }

  @Test
  void whatLiesInItsPlaceIsToldAlsoWhileItIsMounted() throws Exception {
    // Given
    Path photo = Files.createDirectories(target).resolve("1.jpg");
    Files.writeString(photo, "sea");
    // When
    boolean before = volumes.hides(target, false);
    done(volumes.mount(pool, volume, target));
    boolean mounted = volumes.hides(target, true);
    boolean notAsked = volumes.hides(target, false);
    done(volumes.unmount(pool, volume, target));
    Files.delete(photo);
    done(volumes.mount(pool, volume, target));
    // Then
    assertThat(List.of(before, mounted)).containsOnly(true);
    assertThat(List.of(notAsked, volumes.hides(target, true))).containsOnly(false);
  }

  @Test
  void nobodyButRootUsesTheDirectoryWithoutTheVolume() throws Exception {
    // Given
    done(volumes.mount(pool, volume, target));
    // When
    done(volumes.unmount(pool, volume, target));
    // Then
    assertThat(Files.getPosixFilePermissions(target)).isEmpty();
  }

  @Test
  void anotherVolumeAtThePlaceIsLeftAlone() {
    // Given
    VolumeId other = new VolumeId(UUID.randomUUID());
    done(volumes.create(pool, other, PLAIN));
    done(volumes.mount(pool, other, target));
    // When
    Outcome<Change> mount = volumes.mount(pool, volume, target);
    Outcome<Change> unmount = volumes.unmount(pool, volume, target);
    // Then
    assertThat(error(mount)).isEqualTo(StorageError.WRONG_MOUNT);
    assertThat(error(unmount)).isEqualTo(StorageError.WRONG_MOUNT);
    assertThat(volumes.mounts(pool)).containsEntry(target, other);
  }

  @Test
  void aVolumeThatIsNotThereIsNotMounted() {
    // Given
    VolumeId absent = new VolumeId(UUID.randomUUID());
    // When
    Outcome<Change> refused = volumes.mount(pool, absent, target);
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.VOLUME_NOT_FOUND);
    assertThat(target).doesNotExist();
  }

  @Test
  void aBusyVolumeNamesWhoHoldsIt() throws Exception {
    // Given
    done(volumes.mount(pool, volume, target));
    Path letter = Files.writeString(target.resolve("letter.txt"), "dear");
    // When
    Outcome<Change> refused;
    try (InputStream open = Files.newInputStream(letter)) {
      assertThat(open.read()).isPositive();
      refused = volumes.unmount(pool, volume, target);
      assertThat(volumes.holders(pool, volume))
          .extracting(Holder::pid)
          .contains((int) ProcessHandle.current().pid());
    }
    // Then
    Refusal why = refused.refusal().orElseThrow();
    assertThat(why.error()).isEqualTo(StorageError.VOLUME_BUSY);
    assertThat(why.sentence()).contains("(" + ProcessHandle.current().pid() + ")", "letter.txt");
    assertThat(done(volumes.unmount(pool, volume, target))).isEqualTo(Change.MADE);
  }

  @Test
  void aMountedVolumeIsNeitherTrashedNorDeleted() {
    // Given
    done(volumes.mount(pool, volume, target));
    // When
    Outcome<Change> trash = volumes.moveToTrash(pool, volume);
    Outcome<Change> delete =
        volumes.delete(pool, new io.homecloud.storage.volume.Place.Live(volume));
    // Then
    assertThat(error(trash)).isEqualTo(StorageError.VOLUME_BUSY);
    assertThat(error(delete)).isEqualTo(StorageError.VOLUME_BUSY);
    assertThat(trash.refusal().orElseThrow().sentence()).contains(target.toString());
    assertThat(volumes.contents(pool).volumes()).contains(volume);
  }

  @Test
  void aVolumeThatIsMountedInAnotherNamespaceIsNotTrashed() throws Exception {
    // Given
    done(volumes.mount(pool, volume, target));
    HostCommand elsewhere =
        new HostCommand(Duration.ofMinutes(1), Elsewhere.command(POOL.directory(), "sleep", "99"));
    ExecutorService background = Executors.newSingleThreadExecutor();
    Future<HostResult> sleeping = background.submit(() -> new LocalHost().run(elsewhere));
    PoolLab.await(() ->
        volumes.holders(pool, volume).stream()
            .anyMatch(holder -> holder.command().equals("sleep")));
    Change unmounted = done(volumes.unmount(pool, volume, target));
    // When
    Outcome<Change> refused = volumes.moveToTrash(pool, volume);
    sleeping.cancel(true);
    background.shutdown();
    // Then
    assertThat(unmounted).isEqualTo(Change.MADE);
    assertThat(error(refused)).isEqualTo(StorageError.VOLUME_BUSY);
    assertThat(refused.refusal().orElseThrow().sentence()).contains("sleep (");
    PoolLab.await(() -> volumes.moveToTrash(pool, volume).refusal().isEmpty());
  }
}
