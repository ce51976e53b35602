package io.homecloud.storage.trash;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.storage.Compression;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.btrfs.BtrfsPools;
import io.homecloud.storage.btrfs.BtrfsVolumes;
import io.homecloud.storage.catalogue.Wishes;
import io.homecloud.storage.disk.DiskBench;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.NewPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolMount;
import io.homecloud.storage.pool.Profile;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.testkit.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a mirror is short of room. */
class RoomIT {
  private static final long GIB = 1L << 30;
  private static final int FLOOR_PERCENT = 30;

  private final DiskBench bench = new DiskBench();
  private final BtrfsPools backend = new BtrfsPools(bench.host);
  private final PoolId id = new PoolId(UUID.randomUUID());
  private final Path one = bench.loops.disk(GIB);
  private final Path two = bench.loops.disk(GIB);
  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ControlPlane plane =
      new ControlPlane(
          "storage",
          "node1",
          source,
          Wishes.JSON,
          Clock.systemUTC(),
          _ -> CompletableFuture.completedFuture(null),
          Map.of());
  private boolean clearing;
  private final Room room =
      new Room(
          backend,
          _ -> clearing,
          new BtrfsVolumes()::commit,
          plane.resources(),
          FLOOR_PERCENT,
          Duration.ZERO,
          _ -> {});

  @AfterEach
  void leaveNothing() {
    source.close();
    bench.close();
  }

  private MountedPool mirror() {
    var made =
        backend.format(
            new NewPool(id, "mirror", List.of(one, two), Profile.RAID1, Profile.RAID1, false));
    assertThat(made.refusal()).isEmpty();
    return mounted(false, one, two);
  }

  private MountedPool mounted(boolean degraded, Path... disks) {
    Path top = bench.loops.directory().resolve("pools").resolve("mirror");
    PoolMount wanted =
        new PoolMount(id, List.of(disks), top, Compression.NONE, PoolMount.Access.WRITE, degraded);
    if (backend.mount(wanted) instanceof Outcome.Done<MountedPool>(MountedPool pool)) {
      return pool;
    }
    throw new AssertionError("not mounted");
  }

  private Resource<TrashSpec, TrashStatus> trashed(MountedPool pool, String name, Instant at) {
    UUID uid = UUID.randomUUID();
    VolumeSpec was =
        new VolumeSpec(new Name("mirror"), null, null, null, null, null, null, false, null, null);
    return plane
        .resources()
        .create(
            StorageKinds.TRASH,
            new Draft<>(
                uid,
                new Name(uid.toString()),
                "node1",
                pool.id().value(),
                Map.of(),
                new TrashSpec(new Name(name), was, at),
                "anna"));
  }

  @Test
  void theOldestGoesButNotOneWhoseAgeNobodyKnows() {
    // Given
    MountedPool pool = mirror();
    Instant now = Instant.now();
    var unknown = trashed(pool, "unknown", Instant.parse("1970-01-01T00:00:20Z"));
    var old = trashed(pool, "old", now.minusSeconds(7200));
    var newer = trashed(pool, "newer", now.minusSeconds(60));
    PlausibleClock clock = new PlausibleClock(Clock.systemUTC(), () -> Instant.EPOCH);
    // When / Then
    assertThat(room.goesFirst(unknown, pool, clock)).isFalse();
    assertThat(room.goesFirst(old, pool, clock)).isTrue();
    assertThat(room.goesFirst(newer, pool, clock)).isFalse();
  }

  @Test
  void theNextOneStaysUntilTheRoomOfTheFirstIsBack() {
    // Given
    MountedPool pool = mirror();
    Instant now = Instant.now();
    var first = trashed(pool, "first", now.minusSeconds(7200));
    var second = trashed(pool, "second", now.minusSeconds(7100));
    var third = trashed(pool, "third", now.minusSeconds(7000));
    PlausibleClock clock = new PlausibleClock(Clock.systemUTC(), () -> Instant.EPOCH);
    assertThat(room.goesFirst(first, pool, clock)).isTrue();
    plane
        .resources()
        .useTransaction(gone -> plane.resources().remove(gone, first.uid(), List.of()));
    // When
    clearing = true;
    boolean meanwhile = room.goesFirst(second, pool, clock);
    clearing = false;
    boolean afterwards = room.goesFirst(second, pool, clock);
    // Then
    assertThat(meanwhile).isFalse();
    assertThat(afterwards).isTrue();
    assertThat(room.goesFirst(third, pool, clock)).isFalse();
  }

  @Test
  void theKernelTellsThatADeletedSubvolumeIsBeingClearedAway() throws Exception {
    // Given
    MountedPool pool = mirror();
    String root = pool.root().toString();
    bench.run("btrfs", "subvolume", "create", root + "/gone");
    reserve(pool, "gone/much", 100);
    boolean before = backend.clearing(pool);
    // When
    boolean meanwhile;
    // The kernel does not begin as long as a file of it is open.
    try (var held = Files.newInputStream(pool.root().resolve("gone/much"))) {
      assertThat(held).isNotNull();
      bench.run("btrfs", "subvolume", "delete", root + "/gone");
      meanwhile = backend.clearing(pool);
    }
    // Then
    assertThat(before).isFalse();
    assertThat(meanwhile).isTrue();
    eventually(() -> {
      // It wakes who deletes, who would sleep for half a minute.
      bench.run("btrfs", "filesystem", "sync", root);
      assertThat(backend.clearing(pool)).isFalse();
    });
  }

  private void reserve(MountedPool pool, String name, int mebibytes) {
    bench.run("fallocate", "--length", mebibytes + "MiB", pool.root().resolve(name).toString());
    bench.run("btrfs", "filesystem", "sync", pool.root().toString());
  }

  @Test
  void nothingGoesForRoomThatIsBackAndNotCountedYet() throws Exception {
    // Given
    MountedPool pool = mirror();
    var entry = trashed(pool, "old", Instant.now().minusSeconds(7200));
    PlausibleClock clock = new PlausibleClock(Clock.systemUTC(), () -> Instant.EPOCH);
    reserve(pool, "much", 700);
    boolean before = room.goesNow(entry, pool, clock);
    // When
    Files.delete(pool.root().resolve("much"));
    boolean afterwards = room.goesNow(entry, pool, clock);
    // Then
    assertThat(before).isTrue();
    assertThat(afterwards).isFalse();
  }

  @Test
  void theFloorIsAShareOfWhatFitsAndNotOfAllCopies() {
    // Given
    MountedPool pool = mirror();
    reserve(pool, "half", 450);
    // When
    boolean halfFull = room.scarce(pool);
    Duration soonest = room.soonest(pool);
    reserve(pool, "more", 250);
    // Then
    assertThat(halfFull).isFalse();
    assertThat(soonest).as("a gibibyte is written in seconds").isEqualTo(Room.LOOK_AGAIN);
    assertThat(room.scarce(pool)).isTrue();
  }

  @Test
  void aPoolThatLacksADiskOrIsReadOnlyMakesNoRoom() {
    // Given
    MountedPool pool = mirror();
    reserve(pool, "much", 700);
    String root = pool.root().toString();
    // When
    bench.run("mount", "-o", "remount,ro", root);
    boolean readOnly = room.scarce(pool);
    bench.run("mount", "-o", "remount,rw", root);
    boolean writable = room.scarce(pool);
    assertThat(backend.unmount(pool).refusal()).isEmpty();
    bench.loops.awaitUnmounted(two);
    bench.run("losetup", "--detach", two.toString());
    boolean degraded = room.scarce(mounted(true, one));
    // Then
    assertThat(readOnly).isFalse();
    assertThat(writable).isTrue();
    assertThat(degraded).isFalse();
  }
}
