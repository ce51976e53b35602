package io.homecloud.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.storage.Change;
import io.homecloud.storage.Compression;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.volume.Owner;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.SubvolumeInfo;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSettings;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BtrfsVolumesIT {
  private static final TestPool POOL = TestPool.counting();
  private static final VolumeSettings PLAIN =
      new VolumeSettings(
          OptionalLong.empty(), false, Optional.empty(), new Owner(20000, 20000), 0770);

  private final BtrfsVolumes volumes = new BtrfsVolumes();
  private final MountedPool pool = POOL.pool();
  private final VolumeId volume = new VolumeId(UUID.randomUUID());
  private final Place live = new Place.Live(volume);

  @BeforeAll
  static void prepare() {
    new BtrfsVolumes().prepare(POOL.pool());
  }

  @AfterAll
  static void leaveNothing() {
    POOL.close();
  }

  @Test
  void theLayoutIsMadeOnceAndForRootAlone() throws Exception {
    // When
    Outcome<Change> again = volumes.prepare(pool);
    // Then
    assertThat(again).isEqualTo(new Done<>(Change.ALREADY_SO));
    for (Path directory :
        new Path[] {Place.VOLUMES, Place.SNAPSHOTS, Place.TRASH, Place.CATALOGUE}) {
      assertThat(Files.getAttribute(pool.root().resolve(directory), "unix:mode")).isEqualTo(040700);
    }
  }

  @Test
  void aVolumeHasEverySettingAfterCreate() {
    // Given
    VolumeSettings wanted =
        new VolumeSettings(
            OptionalLong.of(50_000_000),
            false,
            Optional.of(Compression.parse("zstd")),
            new Owner(20001, 20002),
            02750);
    // When
    SubvolumeInfo made = done(volumes.create(pool, volume, wanted));
    // Then
    assertThat(volumes.settings(pool, volume)).contains(wanted);
    assertThat(made.readOnly()).isFalse();
    assertThat(made.parentUuid()).isEmpty();
    assertThat(made.createdAt()).isBeforeOrEqualTo(Instant.now());
    assertThat(volumes.contents(pool).volumes()).contains(volume);
  }

  @Test
  void createTwiceIsOneVolume() {
    // Given
    SubvolumeInfo first = done(volumes.create(pool, volume, PLAIN));
    // When
    SubvolumeInfo second = done(volumes.create(pool, volume, PLAIN));
    // Then
    assertThat(second.uuid()).isEqualTo(first.uuid());
    assertThat(volumes.configure(pool, volume, PLAIN)).isEqualTo(new Done<>(Change.ALREADY_SO));
  }

  @Test
  void aVolumeWithoutCopyOnWriteCanBecomeCompressedAndBack() {
    // Given
    VolumeSettings database =
        new VolumeSettings(
            OptionalLong.empty(), true, Optional.empty(), PLAIN.owner(), PLAIN.mode());
    VolumeSettings compressed =
        new VolumeSettings(
            OptionalLong.empty(),
            false,
            Optional.of(Compression.parse("lzo")),
            PLAIN.owner(),
            PLAIN.mode());
    done(volumes.create(pool, volume, database));
    assertThat(volumes.settings(pool, volume)).contains(database);
    // When
    Change there = done(volumes.configure(pool, volume, compressed));
    Optional<VolumeSettings> between = volumes.settings(pool, volume);
    Change back = done(volumes.configure(pool, volume, database));
    // Then
    assertThat(there).isEqualTo(Change.MADE);
    assertThat(between).contains(compressed);
    assertThat(back).isEqualTo(Change.MADE);
    assertThat(volumes.settings(pool, volume)).contains(database);
  }

  @Test
  void somethingElseAtTheNameIsNotTouched() throws Exception {
    // Given
    Path squatter = pool.root().resolve(live.path());
    Files.createDirectory(squatter);
    // When
    Outcome<SubvolumeInfo> refused = volumes.create(pool, volume, PLAIN);
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.NAME_TAKEN);
    assertThat(volumes.info(pool, live)).isEmpty();
    Files.delete(squatter);
  }

  @Test
  void aLinkInTheLayoutIsNotFollowed() throws Exception {
    // Given
    Path target = Files.createDirectory(POOL.directory().resolve("target-" + volume));
    Path link = pool.root().resolve(live.path());
    Files.createSymbolicLink(link, target);
    // When
    Outcome<SubvolumeInfo> refused = volumes.create(pool, volume, PLAIN);
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.NAME_TAKEN);
    assertThat(Files.getAttribute(target, "unix:uid")).isEqualTo(0);
    Files.delete(link);
  }

  @Test
  void aSnapshotKeepsWhatWasThere() throws Exception {
    // Given
    done(volumes.create(pool, volume, PLAIN));
    write("letter.txt", "first");
    SnapshotId id = new SnapshotId(UUID.randomUUID());
    // When
    SubvolumeInfo snapshot = done(volumes.snapshot(pool, volume, id));
    write("letter.txt", "second");
    SubvolumeInfo again = done(volumes.snapshot(pool, volume, id));
    // Then
    assertThat(snapshot.readOnly()).isTrue();
    assertThat(snapshot.parentUuid())
        .contains(volumes.info(pool, live).map(SubvolumeInfo::uuid).orElseThrow());
    assertThat(again).isEqualTo(snapshot);
    assertThat(pool.root().resolve(snapshot.place().path()).resolve("letter.txt"))
        .hasContent("first");
    assertThat(volumes.snapshots(pool, volume)).containsExactly(id);
  }

  @Test
  void aSnapshotOfNothingIsRefused() {
    // When
    Outcome<SubvolumeInfo> refused =
        volumes.snapshot(pool, volume, new SnapshotId(UUID.randomUUID()));
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.VOLUME_NOT_FOUND);
    assertThat(volumes.contents(pool).snapshots()).doesNotContainKey(volume);
  }

  @Test
  void aCloneStartsWithTheSnapshotAndGoesItsOwnWay() throws Exception {
    // Given
    done(volumes.create(pool, volume, PLAIN));
    write("letter.txt", "first");
    SnapshotId id = new SnapshotId(UUID.randomUUID());
    Place source = done(volumes.snapshot(pool, volume, id)).place();
    VolumeId copy = new VolumeId(UUID.randomUUID());
    // When
    SubvolumeInfo clone = done(volumes.clone(pool, source, copy, PLAIN));
    Path letter = pool.root().resolve(clone.place().path()).resolve("letter.txt");
    Files.writeString(letter, "other");
    SubvolumeInfo again = done(volumes.clone(pool, source, copy, PLAIN));
    // Then
    assertThat(clone.readOnly()).isFalse();
    assertThat(again.uuid()).isEqualTo(clone.uuid());
    assertThat(letter).hasContent("other");
    assertThat(pool.root().resolve(source.path()).resolve("letter.txt")).hasContent("first");
  }

  @Test
  void aCloneIsNotMistakenForAnother() {
    // Given
    VolumeId other = new VolumeId(UUID.randomUUID());
    done(volumes.create(pool, volume, PLAIN));
    done(volumes.create(pool, other, PLAIN));
    // When
    Outcome<SubvolumeInfo> refused = volumes.clone(pool, live, other, PLAIN);
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.NAME_TAKEN);
  }

  @Test
  void theTrashKeepsAVolumeUntilItComesBack() throws Exception {
    // Given
    done(volumes.create(pool, volume, PLAIN));
    write("letter.txt", "first");
    // When
    Change thrown = done(volumes.moveToTrash(pool, volume));
    Change again = done(volumes.moveToTrash(pool, volume));
    Outcome<SubvolumeInfo> create = volumes.create(pool, volume, PLAIN);
    Change back = done(volumes.restoreFromTrash(pool, volume));
    // Then
    assertThat(thrown).isEqualTo(Change.MADE);
    assertThat(again).isEqualTo(Change.ALREADY_SO);
    assertThat(error(create)).isEqualTo(StorageError.NAME_TAKEN);
    assertThat(back).isEqualTo(Change.MADE);
    assertThat(pool.root().resolve(live.path()).resolve("letter.txt")).hasContent("first");
  }

  @Test
  void deletingTakesSubvolumesThatUsersMadeInsideToo() throws Exception {
    // Given
    done(volumes.create(pool, volume, PLAIN));
    Path inside = Files.createDirectory(pool.root().resolve(live.path()).resolve("folder"));
    try (Descriptor folder = Descriptor.directory(inside)) {
      Subvolumes.create(folder, "nested", OptionalLong.empty());
    }
    // When
    Change deleted = done(volumes.delete(pool, live));
    Change again = done(volumes.delete(pool, live));
    // Then
    assertThat(deleted).isEqualTo(Change.MADE);
    assertThat(again).isEqualTo(Change.ALREADY_SO);
    assertThat(volumes.info(pool, live)).isEmpty();
  }

  @Test
  void snapshotsOfAVolumeThatIsGoneStayAndStrangersAreNamed() throws Exception {
    // Given
    done(volumes.create(pool, volume, PLAIN));
    SnapshotId id = new SnapshotId(UUID.randomUUID());
    done(volumes.snapshot(pool, volume, id));
    done(volumes.delete(pool, live));
    Path stranger = Place.VOLUMES.resolve("holiday " + volume);
    Files.createDirectory(pool.root().resolve(stranger));
    // When
    var contents = volumes.contents(pool);
    // Then
    assertThat(contents.volumes()).doesNotContain(volume);
    assertThat(contents.snapshots().get(volume)).containsExactly(id);
    assertThat(contents.strangers()).contains(stranger);
    Files.delete(pool.root().resolve(stranger));
  }

  @Test
  void aPoolThatCannotBeWrittenSaysSo() {
    // Given
    done(volumes.create(pool, volume, PLAIN));
    TestPool.run("mount", "-o", "remount,ro", pool.root().toString());
    // When
    Outcome<SubvolumeInfo> create = volumes.create(pool, new VolumeId(UUID.randomUUID()), PLAIN);
    Outcome<SubvolumeInfo> snapshot =
        volumes.snapshot(pool, volume, new SnapshotId(UUID.randomUUID()));
    Outcome<Change> delete = volumes.delete(pool, live);
    Outcome<Change> prepare = volumes.prepare(pool);
    volumes.commit(pool);
    TestPool.run("mount", "-o", "remount,rw", pool.root().toString());
    // Then
    assertThat(error(create)).isEqualTo(StorageError.READ_ONLY);
    assertThat(error(snapshot)).isEqualTo(StorageError.READ_ONLY);
    assertThat(error(delete)).isEqualTo(StorageError.READ_ONLY);
    assertThat(prepare).isEqualTo(new Done<>(Change.ALREADY_SO));
  }

  /** The directory of its mount may lie on a btrfs, where all the calls succeed. */
  @Test
  void whatIsOnAPoolThatIsNotMountedIsNotGone() throws Exception {
    // Given
    Path place = Files.createDirectory(pool.root().resolve("unmounted"));
    MountedPool unmounted = new MountedPool(new PoolId(UUID.randomUUID()), place);
    // When
    // Then
    assertThatThrownBy(() -> volumes.info(unmounted, live)).hasMessageContaining("is not mounted");
    assertThatThrownBy(() -> volumes.delete(unmounted, live))
        .hasMessageContaining("is not mounted");
    assertThatThrownBy(() -> volumes.commit(unmounted)).hasMessageContaining("is not mounted");
    Files.delete(place);
  }

  @Test
  void aFullPoolSaysSoAndCanBeEmptied() throws Exception {
    try (TestPool small = TestPool.small()) {
      // Given
      MountedPool full = small.pool();
      done(volumes.create(full, volume, PLAIN));
      Path stuffing = full.root().resolve(live.path()).resolve("stuffing");
      try (var channel =
          FileChannel.open(stuffing, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
        // When
        assertThatThrownBy(
                () -> {
                  while (true) {
                    channel.write(zeros.clear());
                    channel.force(true);
                  }
                })
            .hasMessageContaining("No space left");
      }
      Files.delete(stuffing);
      volumes.commit(full);
      // Then
      assertThat(done(volumes.delete(full, live))).isEqualTo(Change.MADE);
    }
  }

  private void write(String name, String text) throws Exception {
    Files.write(
        pool.root().resolve(live.path()).resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  static <T> T done(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Done.class);
    return ((Done<T>) outcome).value();
  }

  static StorageError error(Outcome<?> outcome) {
    return outcome.refusal().map(Refusal::error).orElseThrow();
  }
}
