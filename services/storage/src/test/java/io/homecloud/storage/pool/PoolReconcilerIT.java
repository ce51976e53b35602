package io.homecloud.storage.pool;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.resource.Conditions;
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
import io.homecloud.storage.volume.Place;
import io.homecloud.testkit.Elsewhere;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pools whose machine starts while a disk is missing. */
class PoolReconcilerIT {
  private static final long GIB = 1L << 30;

  private final DiskBench bench = new DiskBench();
  private final BtrfsPools backend = new BtrfsPools(bench.host);
  private final Path one = bench.loops.disk(GIB);
  private final Path two = bench.loops.disk(GIB);
  private final Path image = bench.loops.image(two);
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
  private final List<Fact> told = new ArrayList<>();
  private MountedPools mounted = new MountedPools();
  private Resource<PoolSpec, PoolStatus> pool =
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

  private PoolReconciler started(Duration awaited) {
    PlausibleClock clock = new PlausibleClock(Clock.systemUTC(), () -> plane.resources().newest());
    Path data = bench.loops.directory().resolve("data");
    mounted = new MountedPools();
    return new PoolReconciler(
        backend,
        new BtrfsVolumes(),
        new CatalogueFiles(Wishes.JSON, InstallationId.of(data)),
        new PoolDisks(bench.disks),
        mounted,
        data.resolve("pools"),
        data.resolve("system"),
        new PoolStatusFactory(Clock.systemUTC(), 10),
        new PoolUpkeep(plane, "", clock),
        awaited);
  }

  /** Looks once, and writes down what it finds. */
  private Outcome<PoolStatus> look(PoolReconciler reconciler) {
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

  private PoolStatus status() {
    return Objects.requireNonNull(pool.status());
  }

  private void switchedOffAndLosesADisk() {
    MountedPool here = mounted.find(pool.uid()).orElseThrow();
    assertThat(backend.unmount(here).refusal()).isEmpty();
    bench.run("losetup", "--detach", two.toString());
    told.clear();
  }

  @Test
  void aDiskThatIsLateIsWaitedFor() {
    // Given
    look(started(Duration.ZERO));
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    switchedOffAndLosesADisk();
    PoolReconciler reconciler = started(Duration.ofMinutes(5));
    // When
    Outcome<PoolStatus> waiting = look(reconciler);
    PoolStatus meanwhile = status();
    bench.loops.attach(image);
    look(reconciler);
    // Then
    assertThat(waiting).isInstanceOf(Outcome.LookAgain.class);
    assertThat(meanwhile.state()).isEqualTo(PoolStatus.State.Unavailable);
    assertThat(meanwhile.degraded()).isFalse();
    assertThat(Conditions.find(meanwhile.conditions(), "Ready").orElseThrow().message())
        .isEqualTo("1 of 2 disks of the pool are there. Waiting a moment for the others.");
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    assertThat(told).isEmpty();
  }

  @Test
  void aDiskThatDoesNotComeIsDoneWithoutAndOneThatComesLaterIsTakenInAgain() {
    // Given
    look(started(Duration.ZERO));
    switchedOffAndLosesADisk();
    PoolReconciler reconciler = started(Duration.ZERO);
    // When
    look(reconciler);
    PoolStatus without = status();
    bench.loops.attach(image);
    look(reconciler);
    // Then
    assertThat(without.state()).isEqualTo(PoolStatus.State.Degraded);
    assertThat(without.devices())
        .filteredOn(PoolStatus.Device::missing)
        .singleElement()
        .satisfies(device -> assertThat(device.disk()).startsWith("loop-disk2-img"));
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    assertThat(told)
        .extracting(fact -> fact.getClass().getSimpleName())
        .containsExactly("PoolDegraded", "PoolHealthy");
    assertThat(plane.tasks().unfinished(pool.uid(), PoolActions.SCRUB)).isPresent();
  }

  /** As a container does that started while the pool was in place. */
  @Test
  void aDiskIsTakenInAgainOnceNoOtherNamespaceHasThePoolMounted() {
    // Given
    look(started(Duration.ZERO));
    switchedOffAndLosesADisk();
    PoolReconciler reconciler = started(Duration.ZERO);
    look(reconciler);
    String root = mounted.find(pool.uid()).orElseThrow().root().toString();
    bench.loops.attach(image);
    Outcome<PoolStatus> meanwhile;
    String why;
    try (ExecutorService elsewhere = Executors.newSingleThreadExecutor()) {
      Future<?> container =
          elsewhere.submit(
              () -> bench.run(Elsewhere.command(bench.loops.directory(), "sleep", "99")));
      eventually(() ->
          assertThat(bench.holders.of(mount -> mount.mountPoint().equals(root)))
              .anyMatch(holder -> holder.command().equals("sleep")));
      // When
      meanwhile = look(reconciler);
      why = Conditions.find(status().conditions(), PoolStatus.DEGRADED).orElseThrow().message();
      container.cancel(true);
    }
    // Then
    assertThat(meanwhile).isInstanceOf(Outcome.LookAgain.class);
    assertThat(why).contains("is there again", "sleep (", "has it mounted at " + root);
    eventually(() -> {
      look(reconciler);
      assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    });
  }

  /** As who serves files of it does, in a mount of its own. */
  private Path servedElsewhere() {
    Path place = bench.loops.directory().resolve("served");
    bench.run("mkdir", place.toString());
    String root = mounted.find(pool.uid()).orElseThrow().root().toString();
    bench.run("mount", "--bind", root + "/" + Place.VOLUMES, place.toString());
    return place;
  }

  private void madeAndLosesADisk() {
    look(started(Duration.ZERO));
    switchedOffAndLosesADisk();
  }

  @Test
  void whoServesAPoolIsWaitedForBeforeADiskIsTakenInAgain() throws Exception {
    // Given
    madeAndLosesADisk();
    PoolReconciler reconciler = started(Duration.ZERO);
    look(reconciler);
    Path place = servedElsewhere();
    List<Thread> server = new ArrayList<>();
    mounted.onGone(_ ->
        server.add(
            Thread.ofVirtual()
                .start(() -> {
                  LockSupport.parkNanos(Duration.ofMillis(120).toNanos());
                  bench.run("umount", place.toString());
                })));
    bench.loops.attach(image);
    // When
    look(reconciler);
    // Then
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    for (Thread asked : server) {
      asked.join();
    }
    assertThat(server).hasSize(1);
  }

  @Test
  void whoDoesNotLetGoIsNamedAndNotAskedAgainAndAgain() {
    // Given
    madeAndLosesADisk();
    PoolReconciler reconciler = started(Duration.ZERO);
    look(reconciler);
    Path place = servedElsewhere();
    AtomicInteger asked = new AtomicInteger();
    mounted.onGone(_ -> asked.incrementAndGet());
    bench.loops.attach(image);
    // When
    Outcome<PoolStatus> busy = look(reconciler);
    PoolStatus meanwhile = status();
    look(reconciler);
    bench.run("umount", place.toString());
    int inVain = asked.get();
    look(reconciler);
    // Then
    assertThat(busy).isInstanceOf(Outcome.LookAgain.class);
    assertThat(meanwhile.state()).isEqualTo(PoolStatus.State.Degraded);
    assertThat(meanwhile.conditions())
        .anySatisfy(condition -> assertThat(condition.message()).contains(place.toString()));
    assertThat(inVain).isEqualTo(1);
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
  }

  @Test
  void aPoolWithoutAnyDiskIsToldOnceAndComesBackByItself() {
    // Given
    look(started(Duration.ZERO));
    switchedOffAndLosesADisk();
    Path other = bench.loops.image(one);
    bench.run("losetup", "--detach", one.toString());
    PoolReconciler reconciler = started(Duration.ZERO);
    // When
    look(reconciler);
    look(reconciler);
    PoolStatus without = status();
    bench.loops.attach(other);
    bench.loops.attach(image);
    look(reconciler);
    // Then
    assertThat(without.state()).isEqualTo(PoolStatus.State.Unavailable);
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    assertThat(told)
        .extracting(fact -> fact.getClass().getSimpleName())
        .containsExactly("PoolDegraded", "PoolHealthy");
  }
}
