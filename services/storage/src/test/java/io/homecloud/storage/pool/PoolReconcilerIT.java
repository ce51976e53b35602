package io.homecloud.storage.pool;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskKey;
import io.homecloud.storage.disk.DiskSpec;
import io.homecloud.storage.disk.DiskStatus;
import io.homecloud.storage.volume.Place;
import io.homecloud.testkit.Elsewhere;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Pools whose machine starts while a disk is missing. */
class PoolReconcilerIT extends PoolReconcilerLab {
  private void switchedOffAndLosesADisk() {
    MountedPool here = mounted.find(pool.uid()).orElseThrow();
    assertThat(backend.unmount(here).refusal()).isEmpty();
    gone();
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

  @Test
  void aPoolThatHasNoRoomToReplaceItsDiskSaysSoBeforeSomebodyBuysOne() {
    // Given
    look(started(Duration.ZERO));
    Path top = mounted.find(pool.uid()).orElseThrow().root();
    for (int i = 0; i < 6; i++) {
      bench.run("fallocate", "--length", "100MiB", top.resolve("film" + i).toString());
    }
    switchedOffAndLosesADisk();
    PoolReconciler reconciler = started(Duration.ZERO);
    // When
    look(reconciler);
    String full = degraded();
    for (int i = 0; i < 6; i++) {
      bench.run("rm", top.resolve("film" + i).toString());
    }
    bench.run("btrfs", "filesystem", "sync", top.toString());
    bench.run("btrfs", "balance", "start", "-dusage=0", top.toString());
    look(reconciler);
    // Then
    assertThat(full).contains("/replace", "There is no room for that yet", "unallocated");
    assertThat(degraded()).contains("/replace").doesNotContain("no room");
  }

  @Test
  void aDiskThatSaysThatItFailsIsToBeReplacedBeforeItDoes() {
    // Given
    PoolReconciler reconciler = started(Duration.ZERO);
    look(reconciler);
    says(Truth.False, "");
    look(reconciler);
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    told.clear();
    // When
    says(Truth.True, "the disk itself expects to fail");
    look(reconciler);
    // Then
    assertThat(status().state()).isEqualTo(PoolStatus.State.Degraded);
    assertThat(status().incomplete()).isFalse();
    assertThat(degraded())
        .contains(
            bench.look(two).id().value(),
            "the disk itself expects to fail",
            "POST /api/storage/v1/pools/home/disks/2/replace");
    // When
    says(Truth.False, "");
    look(reconciler);
    // Then
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    assertThat(told)
        .extracting(fact -> fact.getClass().getSimpleName())
        .containsExactly("PoolDegraded", "PoolHealthy");
  }

  /** Writes down what the second disk says of itself. */
  private void says(Truth failing, String why) {
    Disk disk = bench.look(two);
    UUID uid = DiskKey.of("node1", disk.id().value());
    Condition condition = new Condition(DiskStatus.FAILING, failing, "Said", why, Instant.EPOCH, 1);
    plane
        .resources()
        .useTransaction(transaction -> {
          if (plane.resources().find(StorageKinds.DISK, uid).isEmpty()) {
            plane
                .resources()
                .create(
                    transaction,
                    StorageKinds.DISK,
                    new Draft<>(
                        uid,
                        new Name(uid.toString()),
                        "node1",
                        null,
                        Map.of(),
                        new DiskSpec(disk.id().value(), null, null, null),
                        "storage"));
          }
          plane
              .resources()
              .observe(
                  transaction,
                  uid,
                  new DiskStatus(
                      two.toString(),
                      disk.size(),
                      "",
                      pool.uid(),
                      null,
                      false,
                      1,
                      List.of(condition)),
                  List.of());
        });
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
                  var _ = bench.mounts.unmount(place.toString());
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
    // Then
    assertThat(busy).isInstanceOf(Outcome.LookAgain.class);
    assertThat(meanwhile.state()).isEqualTo(PoolStatus.State.Degraded);
    assertThat(meanwhile.conditions())
        .anySatisfy(condition -> assertThat(condition.message()).contains(place.toString()));
    assertThat(inVain).isEqualTo(1);
    eventually(() -> {
      look(reconciler);
      assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    });
  }

  @Test
  void nobodyIsDisturbedAsLongAsSomebodyWorksInIt() {
    // Given
    madeAndLosesADisk();
    PoolReconciler reconciler = started(Duration.ZERO);
    look(reconciler);
    String root = mounted.find(pool.uid()).orElseThrow().root().toString();
    AtomicInteger asked = new AtomicInteger();
    mounted.onGone(_ -> asked.incrementAndGet());
    bench.loops.attach(image);
    Outcome<PoolStatus> busy;
    String why;
    int disturbed;
    try (ExecutorService shell = Executors.newSingleThreadExecutor()) {
      Future<?> working = shell.submit(() -> bench.run("env", "--chdir", root, "sleep", "99"));
      eventually(() ->
          assertThat(bench.holders.of(mount -> mount.mountPoint().equals(root)))
              .anyMatch(holder -> holder.command().equals("sleep")));
      // When
      busy = look(reconciler);
      why = degraded();
      disturbed = asked.get();
      working.cancel(true);
    }
    // Then
    assertThat(busy).isInstanceOf(Outcome.LookAgain.class);
    assertThat(why).contains("is there again", "sleep (", "works in " + root);
    assertThat(disturbed).isZero();
    eventually(() -> {
      look(reconciler);
      assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    });
  }

  @Test
  void whatIsServedIsNotTakenAwayAgainAndAgainWhenTheKernelRefuses() {
    // Given
    madeAndLosesADisk();
    PoolReconciler reconciler = started(Duration.ZERO);
    look(reconciler);
    String inside = mounted.find(pool.uid()).orElseThrow().root() + "/inside";
    bench.run("mkdir", inside);
    bench.run("mount", "-t", "tmpfs", "tmpfs", inside);
    AtomicInteger asked = new AtomicInteger();
    mounted.onGone(_ -> asked.incrementAndGet());
    bench.loops.attach(image);
    // Others may have a copy of its mount for a moment, and are named then.
    eventually(() -> {
      look(reconciler);
      assertThat(degraded()).contains("is there again", "the kernel does not say by whom");
    });
    String first = degraded();
    int before = asked.get();
    // When
    look(reconciler);
    bench.run("umount", inside);
    // Then
    assertThat(asked).hasValue(before);
    assertThat(degraded()).isEqualTo(first);
  }

  private String degraded() {
    Condition condition = Conditions.find(status().conditions(), PoolStatus.DEGRADED).orElseThrow();
    return condition.status() + " " + condition.reason() + ": " + condition.message();
  }

  @Test
  void aDiskThatMissedWritesOfFilesWithoutChecksumsIsTakenInOnlyWhenWrittenAnew() {
    // Given
    hasAVolumeWithoutChecksums();
    madeAndLosesADisk();
    look(started(Duration.ZERO));
    String root = mounted.find(pool.uid()).orElseThrow().root().toString();
    bench.run("touch", root + "/late");
    bench.run("btrfs", "filesystem", "sync", root);
    // When
    Path back = bench.loops.attach(image);
    Outcome<PoolStatus> settled = look(started(Duration.ZERO));
    String there = degraded();
    assertThat(backend.unmount(mounted.find(pool.uid()).orElseThrow()).refusal()).isEmpty();
    bench.run("btrfs", "device", "scan", back.toString());
    look(started(Duration.ZERO));
    String afterARestart = degraded();
    MountedPool here = mounted.find(pool.uid()).orElseThrow();
    bench.run("wipefs", "--all", "--force", back.toString());
    var replaced =
        backend.replaceDevice(here, new DeviceRef.ById(2), back, false, new NobodyWatches());
    look(started(Duration.ZERO));
    // Then
    assertThat(settled).isInstanceOf(Outcome.Settled.class);
    assertThat(there)
        .startsWith("True DiskOutdated: ")
        .contains("volume db has noCow", "pools/home/disks/2/replace", "wipefs");
    assertThat(afterARestart).isEqualTo(there);
    assertThat(replaced.refusal()).isEmpty();
    // What was written meanwhile is kept once until the task of the replacement has converted it.
    assertThat(status().devices()).noneMatch(PoolStatus.Device::missing);
  }

  private record NobodyWatches() implements TaskProgress {
    @Override
    public void report(long done, long total, String unit) {}

    @Override
    public boolean cancelled() {
      return false;
    }
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
