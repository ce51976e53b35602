package io.homecloud.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.storage.StorageKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mirrors whose disks are there one after the other: one of them has missed what was written. */
class OutdatedDiskIT extends PoolReconcilerLab {
  private Path first = one;
  private Path second = two;
  private final Path firstImage = bench.loops.image(one);

  private Path root() {
    return mounted.find(pool.uid()).orElseThrow().root();
  }

  private void switchedOff() {
    assertThat(backend.unmount(mounted.find(pool.uid()).orElseThrow()).refusal()).isEmpty();
    gone();
    told.clear();
  }

  private void detach(Path disk) {
    bench.run("losetup", "--detach", disk.toString());
  }

  private Outcome<PoolStatus> start() {
    return look(started(Duration.ZERO));
  }

  private void write(String name) throws IOException {
    Files.writeString(root().resolve(name), name);
    bench.run("btrfs", "filesystem", "sync", root().toString());
  }

  /** The first goes on alone, and then only the second comes. */
  private void eachAloneOnce() throws IOException {
    start();
    switchedOff();
    detach(second);
    start();
    assertThat(status().state()).isEqualTo(PoolStatus.State.Degraded);
    write("acknowledged");
    switchedOff();
    detach(first);
    second = bench.loops.attach(image);
    start();
  }

  private Condition ready() {
    return Conditions.find(status().conditions(), "Ready").orElseThrow();
  }

  @Test
  void aDiskThatMissedWritesIsNotGoneOnWithAlone() throws Exception {
    // Given
    eachAloneOnce();
    // When
    PoolStatus alone = status();
    Condition ready = ready();
    first = bench.loops.attach(firstImage);
    start();
    // Then
    assertThat(alone.state()).isEqualTo(PoolStatus.State.Unavailable);
    assertThat(ready.reason()).isEqualTo("DiskOutdated");
    assertThat(ready.message())
        .contains("loop-disk2-img", "loop-disk1-img", "pools/home/use-outdated");
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    assertThat(status().devices()).noneMatch(PoolStatus.Device::missing);
    assertThat(root().resolve("acknowledged")).hasContent("acknowledged");
    assertThat(plane.tasks().unfinished(pool.uid(), PoolActions.SCRUB)).isPresent();
  }

  @Test
  void neitherIsItWhereFilesHaveNoChecksums() throws Exception {
    // Given
    hasAVolumeWithoutChecksums();
    eachAloneOnce();
    // When
    Condition ready = ready();
    first = bench.loops.attach(firstImage);
    start();
    // Then
    assertThat(ready.reason()).isEqualTo("DiskOutdated");
    assertThat(Conditions.find(status().conditions(), PoolStatus.DEGRADED).orElseThrow().reason())
        .isEqualTo("DiskOutdated");
    assertThat(status().devices())
        .filteredOn(PoolStatus.Device::missing)
        .extracting(PoolStatus.Device::id)
        .containsExactly(2L);
    assertThat(root().resolve("acknowledged")).hasContent("acknowledged");
  }

  @Test
  void aDiskThatWasLateOnceIsTakenInAtTheNextStart() throws Exception {
    // Given
    start();
    switchedOff();
    detach(second);
    start();
    write("acknowledged");
    switchedOff();
    bench.loops.attach(image);
    // When
    start();
    // Then
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    assertThat(root().resolve("acknowledged")).hasContent("acknowledged");
    assertThat(plane.tasks().unfinished(pool.uid(), PoolActions.SCRUB)).isPresent();
  }

  private PoolActions actions() {
    return new PoolActions(
        plane,
        backend,
        new PoolDisks(bench.disks),
        mounted,
        new PoolStatusFactory(plane.plausibleClock(), 10));
  }

  /** The row is what the look has found. */
  private void ordered() {
    var row = plane.resources().find(StorageKinds.POOL, pool.uid()).orElseThrow();
    assertThat(plane.resources().observe(row, status(), List.of())).isTrue();
    pool = actions().useOutdated(pool.name(), "alice");
  }

  @Test
  void byOrderItGoesOnAndTheOtherOneNeverComesInAgain() throws Exception {
    // Given
    eachAloneOnce();
    // When
    ordered();
    start();
    PoolStatus alone = status();
    write("since");
    first = bench.loops.attach(firstImage);
    start();
    PoolStatus seen = status();
    switchedOff();
    start();
    // Then
    assertThat(alone.state()).isEqualTo(PoolStatus.State.Degraded);
    assertThat(alone.devices())
        .filteredOn(PoolStatus.Device::missing)
        .extracting(PoolStatus.Device::id)
        .containsExactly(1L);
    for (PoolStatus both : List.of(seen, status())) {
      assertThat(both.state()).isEqualTo(PoolStatus.State.Degraded);
      Condition degraded = Conditions.find(both.conditions(), PoolStatus.DEGRADED).orElseThrow();
      assertThat(degraded.reason()).isEqualTo("DiskWrittenApart");
      assertThat(degraded.message()).contains("pools/home/disks/1/replace");
    }
    assertThat(root().resolve("since")).hasContent("since");
    assertThat(root().resolve("acknowledged")).doesNotExist();
  }

  @Test
  void aPoolThatIsThereIsNotOrderedToGoOn() {
    // Given
    start();
    // When / Then
    assertThatThrownBy(this::ordered).hasMessageContaining("does not wait for a disk");
  }

  /** As a clone of a disk, that was written somewhere else. */
  private Path copyThatWentOn() throws IOException {
    Path copy = bench.loops.directory().resolve("copy.img");
    Files.copy(image, copy);
    Path copied = bench.loops.attach(copy);
    Path elsewhere = bench.loops.mount(copied, "degraded");
    for (int i = 0; i < 9; i++) {
      Files.writeString(elsewhere.resolve("foreign" + i), "foreign");
      bench.run("btrfs", "filesystem", "sync", elsewhere.toString());
    }
    bench.loops.unmount(copied, elsewhere);
    bench.run("losetup", "--detach", copied.toString());
    return copy;
  }

  private void withACopyOfTheSecond() throws IOException {
    start();
    write("acknowledged");
    switchedOff();
    detach(first);
    detach(second);
    Path copy = copyThatWentOn();
    first = bench.loops.attach(firstImage);
    second = bench.loops.attach(image);
    bench.loops.attach(copy);
  }

  @Test
  void aCopyThatIsNewerDoesNotTakeThePlaceOfADisk() throws Exception {
    // Given
    withACopyOfTheSecond();
    // When
    start();
    // Then
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    assertThat(status().devices())
        .extracting(PoolStatus.Device::path)
        .containsExactly(first.toString(), second.toString());
    assertThat(root().resolve("foreign0")).doesNotExist();
    assertThat(root().resolve("acknowledged")).hasContent("acknowledged");
  }

  @Test
  void ofTwoThatNobodyKnowsNoneIsTaken() throws Exception {
    // Given
    withACopyOfTheSecond();
    Path other = bench.loops.directory().resolve("other.img");
    detach(second);
    Files.move(image, other);
    bench.loops.attach(other);
    // When
    start();
    // Then
    assertThat(status().state()).isEqualTo(PoolStatus.State.Unavailable);
    assertThat(ready().reason()).isEqualTo("DiskDuplicate");
    assertThat(ready().message()).contains("which was disk loop-disk2-img");
  }
}
