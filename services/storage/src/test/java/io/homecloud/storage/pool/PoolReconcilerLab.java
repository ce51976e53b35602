package io.homecloud.storage.pool;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.events.Fact;
import io.homecloud.storage.Compression;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.btrfs.BtrfsPools;
import io.homecloud.storage.btrfs.BtrfsVolumes;
import io.homecloud.storage.catalogue.CatalogueFiles;
import io.homecloud.storage.catalogue.Wishes;
import io.homecloud.storage.disk.DiskBench;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.testkit.TestPostgres;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** A pool of two disks, and its reconciler without a loop. */
abstract class PoolReconcilerLab {
  static final long GIB = 1L << 30;

  final DiskBench bench = new DiskBench();
  final BtrfsPools backend = new BtrfsPools(bench.host);
  final PoolDisks disks = new PoolDisks(bench.disks);
  final Path one = bench.loops.disk(GIB);
  final Path two = bench.loops.disk(GIB);
  final Path image = bench.loops.image(two);
  final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  final ControlPlane plane =
      new ControlPlane(
          "storage",
          "node1",
          source,
          Wishes.JSON,
          Clock.systemUTC(),
          _ -> CompletableFuture.completedFuture(null),
          Map.of());
  final List<Fact> told = new ArrayList<>();
  MountedPools mounted = new MountedPools();
  Resource<PoolSpec, PoolStatus> pool =
      plane
          .resources()
          .create(
              StorageKinds.POOL,
              new Draft<>(
                  UUID.randomUUID(),
                  new Name("home"),
                  "node1",
                  null,
                  Map.of(),
                  new PoolSpec(
                      "node1",
                      List.of(one.toString(), two.toString()),
                      Profile.RAID1,
                      Profile.RAID1,
                      Compression.NONE,
                      false),
                  "alice"));

  @AfterEach
  void leaveNothing() {
    source.close();
    bench.close();
  }

  PoolReconciler started(Duration awaited) {
    PlausibleClock clock = new PlausibleClock(Clock.systemUTC(), () -> plane.resources().newest());
    Path data = bench.loops.directory().resolve("data");
    mounted = new MountedPools();
    return new PoolReconciler(
        backend,
        new BtrfsVolumes(),
        new CatalogueFiles(Wishes.JSON, InstallationId.of(data)),
        disks,
        mounted,
        data.resolve("pools"),
        data.resolve("system"),
        new PoolStatusFactory(clock, 10),
        new PoolUpkeep(plane, "", clock),
        new MissingDisks(bench.loops.directory().resolve("missing-disks")),
        awaited);
  }

  /** Looks once, and writes down what it finds. */
  Outcome<PoolStatus> look(PoolReconciler reconciler) {
    Outcome<PoolStatus> outcome = reconciler.reconcile(pool);
    PoolStatus status =
        switch (outcome) {
          case Outcome.Settled<PoolStatus>(PoolStatus now, var facts) -> {
            told.addAll(facts);
            yield now;
          }
          case Outcome.LookAgain<PoolStatus>(PoolStatus now, var facts, _) -> {
            told.addAll(facts);
            yield now;
          }
          case Outcome.Retry<PoolStatus>(PoolStatus now) -> now;
          case Outcome.Gone<PoolStatus> _, Outcome.Written<PoolStatus> _ ->
              throw new AssertionError(outcome);
        };
    pool = pool.observed(status);
    return outcome;
  }

  PoolStatus status() {
    return Objects.requireNonNull(pool.status());
  }

  /** Databases are kept like that. */
  final void hasAVolumeWithoutChecksums() {
    VolumeSpec spec =
        new VolumeSpec(pool.name(), null, null, null, null, null, null, true, null, null);
    plane
        .resources()
        .create(
            StorageKinds.VOLUME,
            new Draft<>(
                UUID.randomUUID(), new Name("db"), "node1", pool.uid(), Map.of(), spec, "alice"));
  }

  /** Waits until the kernel has let go of what was unmounted: others may have had a copy of it. */
  final void gone() {
    eventually(() -> assertThat(Path.of("/sys/fs/btrfs", pool.uid().toString())).doesNotExist());
  }
}
