package io.homecloud.storage.btrfs;

import static io.homecloud.storage.btrfs.BtrfsVolumesIT.done;
import static io.homecloud.storage.btrfs.BtrfsVolumesIT.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.storage.Change;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.Owner;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSettings;
import io.homecloud.storage.volume.VolumeUsage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is billed to whom, as promised in the design. */
class VolumeQuotaIT {
  private static final TestPool POOL = TestPool.counting();
  private static final int MIB = 1 << 20;

  /** A few blocks of metadata that a subvolume and its files take. */
  private static final long METADATA = MIB;

  private final BtrfsVolumes volumes = new BtrfsVolumes();
  private final MountedPool pool = POOL.pool();
  private final VolumeId volume = new VolumeId(UUID.randomUUID());

  @AfterAll
  static void leaveNothing() {
    POOL.close();
  }

  @Test
  void deletedDataThatASnapshotHoldsStaysBilled() throws Exception {
    // Given
    done(volumes.create(pool, volume, limited(OptionalLong.empty())));
    write(new Place.Live(volume), "film", 20 * MIB);
    SnapshotId id = snapshot(volume);
    // When
    Files.delete(file(new Place.Live(volume), "film"));
    long held = used(volume);
    done(volumes.delete(pool, new Place.Snapshot(volume, id)));
    // Then
    assertThat(held).isBetween(20L * MIB, 20L * MIB + METADATA);
    awaitUsed(volume, 0, METADATA);
  }

  @Test
  void aCopyBroughtBackFromASnapshotCountsForTheSameVolume() throws Exception {
    // Given
    done(volumes.create(pool, volume, limited(OptionalLong.empty())));
    write(new Place.Live(volume), "film", 20 * MIB);
    snapshot(volume);
    // When
    done(volumes.delete(pool, new Place.Live(volume)));
    long held = used(volume);
    SnapshotId left = volumes.snapshots(pool, volume).getFirst();
    done(
        volumes.clone(
            pool, new Place.Snapshot(volume, left), volume, limited(OptionalLong.of(25L * MIB))));
    // Then
    assertThat(held).isBetween(20L * MIB, 20L * MIB + METADATA);
    assertThat(used(volume)).isBetween(20L * MIB, 20L * MIB + METADATA);
    assertThatThrownBy(() -> write(new Place.Live(volume), "more", 10 * MIB))
        .hasMessageContaining("quota");
  }

  @Test
  void aClonePaysForNewWritesOnly() throws Exception {
    // Given
    VolumeId copy = new VolumeId(UUID.randomUUID());
    done(volumes.create(pool, volume, limited(OptionalLong.empty())));
    write(new Place.Live(volume), "film", 20 * MIB);
    // When
    done(volumes.clone(pool, new Place.Live(volume), copy, limited(OptionalLong.empty())));
    long atFirst = used(copy);
    write(new Place.Live(copy), "own", 5 * MIB);
    // Then
    assertThat(atFirst).isLessThan(METADATA);
    assertThat(used(copy)).isBetween(5L * MIB, 5L * MIB + METADATA);
    assertThat(used(volume)).isBetween(20L * MIB, 20L * MIB + METADATA);
  }

  @Test
  void theQuotaStopsAWriterAndMayGrow() throws Exception {
    // Given
    done(volumes.create(pool, volume, limited(OptionalLong.of(10L * MIB))));
    // When
    assertThatThrownBy(() -> write(new Place.Live(volume), "film", 20 * MIB))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("quota");
    Files.delete(file(new Place.Live(volume), "film"));
    Change grown = done(volumes.configure(pool, volume, limited(OptionalLong.of(40L * MIB))));
    // Then
    assertThat(grown).isEqualTo(Change.MADE);
    write(new Place.Live(volume), "film", 20 * MIB);
    assertThat(volumes.usage(pool, volume).orElseThrow().limit()).hasValue(40L * MIB);
  }

  @Test
  void aQuotaBelowWhatIsUsedIsRefusedAndNothingChanges() throws Exception {
    // Given
    VolumeSettings before = limited(OptionalLong.of(40L * MIB));
    done(volumes.create(pool, volume, before));
    write(new Place.Live(volume), "film", 20 * MIB);
    volumes.commit(pool);
    VolumeSettings wanted =
        new VolumeSettings(
            OptionalLong.of(10L * MIB), false, Optional.empty(), new Owner(7, 7), 0700);
    // When
    StorageError refused = error(volumes.configure(pool, volume, wanted));
    // Then
    assertThat(refused).isEqualTo(StorageError.QUOTA_BELOW_USED);
    assertThat(volumes.settings(pool, volume)).contains(before);
  }

  @Test
  void noLimitTakesTheLimitAway() {
    // Given
    done(volumes.create(pool, volume, limited(OptionalLong.of(10L * MIB))));
    // When
    Change changed = done(volumes.configure(pool, volume, limited(OptionalLong.empty())));
    // Then
    assertThat(changed).isEqualTo(Change.MADE);
    assertThat(volumes.usage(pool, volume).orElseThrow().limit()).isEmpty();
  }

  @Test
  void whatUsersMakeInsideIsBilledToo() throws Exception {
    // Given
    done(volumes.create(pool, volume, limited(OptionalLong.empty())));
    try (Descriptor inside = Descriptor.directory(file(new Place.Live(volume), "."))) {
      Subvolumes.create(inside, "nested", OptionalLong.empty());
    }
    // When
    write(new Place.Live(volume), "nested/film", 10 * MIB);
    // Then
    assertThat(used(volume)).isBetween(10L * MIB, 10L * MIB + METADATA);
  }

  @Test
  void manyAreReadInOneGo() throws Exception {
    // Given
    VolumeId other = new VolumeId(UUID.randomUUID());
    VolumeId unknown = new VolumeId(UUID.randomUUID());
    done(volumes.create(pool, volume, limited(OptionalLong.of(30L * MIB))));
    done(volumes.create(pool, other, limited(OptionalLong.empty())));
    write(new Place.Live(volume), "film", 10 * MIB);
    volumes.commit(pool);
    // When
    var usages = volumes.usages(pool, List.of(volume, other, unknown));
    // Then
    assertThat(usages).containsOnlyKeys(volume, other);
    assertThat(usages.get(volume)).isEqualTo(volumes.usage(pool, volume).orElseThrow());
    assertThat(usages.values()).extracting(VolumeUsage::limit).contains(OptionalLong.empty());
  }

  @Test
  void nothingIsLeftOfAVolumeThatIsForgotten() throws Exception {
    // Given
    done(volumes.create(pool, volume, limited(OptionalLong.of(30L * MIB))));
    write(new Place.Live(volume), "film", 10 * MIB);
    SnapshotId id = snapshot(volume);
    StorageError early = error(volumes.forget(pool, volume));
    done(volumes.delete(pool, new Place.Live(volume)));
    done(volumes.delete(pool, new Place.Snapshot(volume, id)));
    // When
    awaitForgotten();
    // Then
    assertThat(early).isEqualTo(StorageError.VOLUME_BUSY);
    assertThat(done(volumes.forget(pool, volume))).isEqualTo(Change.ALREADY_SO);
    assertThat(volumes.usage(pool, volume)).isEmpty();
    assertThat(pool.root().resolve(Place.SNAPSHOTS).resolve(volume.toString())).doesNotExist();
  }

  @Test
  void aGroupWaitsForTheCloneThatSharesItsData() throws Exception {
    // Given
    VolumeId copy = new VolumeId(UUID.randomUUID());
    done(volumes.create(pool, volume, limited(OptionalLong.empty())));
    write(new Place.Live(volume), "film", 10 * MIB);
    done(volumes.clone(pool, new Place.Live(volume), copy, limited(OptionalLong.empty())));
    done(volumes.delete(pool, new Place.Live(volume)));
    volumes.commit(pool);
    TestPool.run("btrfs", "subvolume", "sync", pool.root().toString());
    // When
    StorageError shared = error(volumes.forget(pool, volume));
    done(volumes.delete(pool, new Place.Live(copy)));
    // Then
    assertThat(shared).isEqualTo(StorageError.VOLUME_BUSY);
    awaitForgotten();
  }

  @Test
  void aFullVolumeCanStillBeSnapshotAndEmptied() throws Exception {
    // Given
    done(volumes.create(pool, volume, limited(OptionalLong.of(10L * MIB))));
    assertThatThrownBy(() -> write(new Place.Live(volume), "film", 20 * MIB))
        .hasMessageContaining("quota");
    // When
    SnapshotId id = snapshot(volume);
    Files.delete(file(new Place.Live(volume), "film"));
    // Then
    assertThat(file(new Place.Snapshot(volume, id), "film")).exists();
    assertThat(file(new Place.Live(volume), "film")).doesNotExist();
  }

  @Test
  void aPoolThatCountsNothingSaysSo() {
    try (TestPool foreign = TestPool.foreign()) {
      // Given
      VolumeSettings unlimited = limited(OptionalLong.empty());
      // When
      StorageError refused =
          error(volumes.create(foreign.pool(), volume, limited(OptionalLong.of(10L * MIB))));
      // Then
      assertThat(refused).isEqualTo(StorageError.QUOTA_UNKNOWN);
      assertThat(volumes.contents(foreign.pool()).volumes()).isEmpty();
      done(volumes.create(foreign.pool(), volume, unlimited));
      assertThat(volumes.usage(foreign.pool(), volume)).isEmpty();
      assertThat(volumes.usages(foreign.pool(), Set.of(volume))).isEmpty();
      assertThat(error(volumes.bill(foreign.pool(), volume))).isEqualTo(StorageError.QUOTA_UNKNOWN);
    }
  }

  @Test
  void aPoolThatStartsToCountBillsNewWritesOfAllThereIs() throws Exception {
    try (TestPool foreign = TestPool.foreign()) {
      // Given
      MountedPool late = foreign.pool();
      done(volumes.create(late, volume, limited(OptionalLong.empty())));
      SnapshotId id = new SnapshotId(UUID.randomUUID());
      done(volumes.snapshot(late, volume, id));
      TestPool.run("btrfs", "quota", "enable", "--simple", late.root().toString());
      // When
      Change billed = done(volumes.bill(late, volume));
      Change again = done(volumes.bill(late, volume));
      write(late, new Place.Live(volume), "film", 10 * MIB);
      volumes.commit(late);
      // Then
      assertThat(billed).isEqualTo(Change.MADE);
      assertThat(again).isEqualTo(Change.ALREADY_SO);
      assertThat(volumes.usage(late, volume).map(VolumeUsage::used).orElseThrow())
          .isBetween(10L * MIB, 10L * MIB + METADATA);
    }
  }

  private static VolumeSettings limited(OptionalLong quota) {
    return new VolumeSettings(quota, false, Optional.empty(), Owner.ROOT, 0755);
  }

  private SnapshotId snapshot(VolumeId of) {
    SnapshotId id = new SnapshotId(UUID.randomUUID());
    done(volumes.snapshot(pool, of, id));
    return id;
  }

  private long used(VolumeId of) {
    volumes.commit(pool);
    return volumes.usage(pool, of).map(VolumeUsage::used).orElseThrow();
  }

  /** Deleting gives room back in the background. */
  private void awaitUsed(VolumeId of, long least, long most) {
    PoolLab.await(() -> used(of) >= least && used(of) <= most);
  }

  private void awaitForgotten() {
    PoolLab.await(() -> {
      volumes.commit(pool);
      return volumes.forget(pool, volume).refusal().isEmpty();
    });
  }

  private Path file(Place place, String name) {
    return pool.root().resolve(place.path()).resolve(name);
  }

  private void write(Place place, String name, int bytes) throws IOException {
    write(pool, place, name, bytes);
  }

  private static void write(MountedPool pool, Place place, String name, int bytes)
      throws IOException {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    try (FileChannel channel =
        FileChannel.open(
            pool.root().resolve(place.path()).resolve(name),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }
}
