package io.homecloud.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.testkit.Elsewhere;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SafeRemovalIT {
  private static final long MIB = 1 << 20;

  private final DiskBench bench = new DiskBench();

  @AfterEach
  void leaveNothing() {
    bench.close();
  }

  @Test
  void everythingWrittenIsOnTheDiskAndTheDiskIsGone() throws Exception {
    // Given
    Path node = bench.disk(64 * MIB, "mkfs.ext4", "-q");
    Path image = bench.loops.image(node);
    Path place = bench.loops.mount(node);
    Path twice = bench.loops.mount(node);
    Files.writeString(place.resolve("letter"), "dear reader");
    DiskId id = bench.look(node).id();
    // When
    Outcome<Unplugging> removed = bench.removal.remove(id);
    // Then
    assertThat(removed).isEqualTo(new Outcome.Done<>(Unplugging.NOW));
    assertThat(bench.disks.find(id.value())).isEmpty();
    assertThat(bench.mounts.list())
        .noneMatch(m -> List.of(place.toString(), twice.toString()).contains(m.mountPoint()));
    assertThat(bench.removal.remove(id).refusal())
        .map(Refusal::error)
        .contains(StorageError.DISK_NOT_FOUND);
    assertThat(bench.run("debugfs", "-R", "cat letter", image.toString())).isEqualTo("dear reader");
  }

  @Test
  void whoHasAFileOpenIsNamedAndNothingIsUnmounted() throws Exception {
    // Given
    Path node = bench.disk(64 * MIB, "mkfs.ext4", "-q");
    Path first = bench.loops.mount(node);
    Path second = bench.loops.mount(node);
    Path file = Files.writeString(first.resolve("film.mkv"), "x");
    Disk disk = bench.look(node);
    try (InputStream _ = Files.newInputStream(file)) {
      // When
      Outcome<Unplugging> refused = bench.removal.remove(disk.id());
      // Then
      Refusal why = refused.refusal().orElseThrow();
      assertThat(why.error()).isEqualTo(StorageError.DISK_BUSY);
      assertThat(why.sentence())
          .contains("(" + ProcessHandle.current().pid() + ") has " + file + " open");
      assertThat(bench.look(node).use().mountPoints())
          .containsExactlyInAnyOrder(first.toString(), second.toString());
    }
    assertThat(bench.removal.remove(disk.id())).isEqualTo(new Outcome.Done<>(Unplugging.NOW));
  }

  @Test
  void anImageThatSomebodyHasOpenIsNotCalledRemoved() throws Exception {
    // Given
    Path node = bench.loops.disk(MIB);
    Disk disk = bench.look(node);
    try (InputStream _ = Files.newInputStream(node)) {
      // When
      Outcome<Unplugging> refused = bench.removal.remove(disk.id());
      // Then
      assertThat(refused.refusal().map(Refusal::error)).contains(StorageError.DISK_BUSY);
    }
  }

  @Test
  void theDiskOfTheSystemIsRefused() {
    // Given
    Disk system = bench.disks.scan().stream().filter(d -> !d.offered()).findFirst().orElseThrow();
    // When
    Outcome<Unplugging> refused = bench.removal.remove(system.id());
    // Then
    assertThat(refused)
        .isEqualTo(
            new Outcome.Refused<>(StorageError.DISK_BUSY, "The running system stands on it."));
  }

  @Test
  void aFileSystemThatAnotherNamespaceKeepsIsNotCalledRemoved() throws Exception {
    // Given
    Path node = bench.disk(64 * MIB, "mkfs.ext4", "-q");
    Path place = bench.loops.mount(node);
    Disk disk = bench.look(node);
    Thread other =
        Thread.startVirtualThread(() -> {
          try {
            bench.run(Elsewhere.command(bench.loops.directory(), "sleep", "60"));
          } catch (CancellationException ended) {
            // As below.
          }
        });
    try {
      awaitMountedElsewhere(place);
      // When
      Outcome<Unplugging> refused = bench.removal.remove(disk.id());
      // Then
      Refusal why = refused.refusal().orElseThrow();
      assertThat(why.error()).isEqualTo(StorageError.DISK_BUSY);
      assertThat(why.sentence())
          .matches("It is in use: (.*; )?sleep \\(\\d+\\) has it mounted at " + place + "[.;].*");
    } finally {
      other.interrupt();
      other.join();
    }
    bench.loops.awaitUnmounted(node);
    assertThat(bench.removal.remove(disk.id())).isEqualTo(new Outcome.Done<>(Unplugging.NOW));
  }

  private void awaitMountedElsewhere(Path place) throws Exception {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (bench.holders.of(mount -> mount.mountPoint().equals(place.toString())).stream()
        .noneMatch(holder -> holder.command().equals("sleep"))) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }
}
