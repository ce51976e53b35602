package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopDisksIT {
  private static final long SIZE = 128 << 20;

  private final Tools tools = new Tools(new LocalHost());
  private final LoopDevices loops = new LoopDevices(tools);

  @Test
  void closingTakesMountsDevicesAndFilesAway() throws IOException {
    // Given
    LoopDisks disks = new LoopDisks();
    Path device = disks.disk(SIZE);
    tools.must("mkfs.btrfs", "-q", device.toString());
    Path point = disks.mount(device, "noatime", "compress=zstd");
    Path inner = Files.createDirectory(point.resolve("a b\\c"));
    disks.mountAt(device, inner);
    Path elsewhere = Files.createTempDirectory("homecloud-elsewhere");
    disks.mountAt(device, elsewhere);
    Files.writeString(inner.resolve("file"), "content");
    assertThat(elsewhere.resolve("file")).hasContent("content");
    // When
    disks.close();
    // Then
    assertThat(disks.directory()).doesNotExist();
    assertThat(loops.below(disks.directory())).isEmpty();
    assertThat(elsewhere).isEmptyDirectory();
    Files.delete(elsewhere);
  }

  @Test
  void whoUnmountsWaitsForThoseWhoHaveACopyOfTheMount() throws Exception {
    for (String kind : List.of("btrfs", "ext4")) {
      // Given
      try (LoopDisks disks = new LoopDisks()) {
        Path device = disks.disk(SIZE);
        tools.must("mkfs." + kind, "-q", device.toString());
        Path point = disks.mount(device);
        Path taken = disks.directory().resolve("taken");
        Path enough = disks.directory().resolve("enough");
        String script = "touch %s; until [ -e %s ]; do sleep 0.02; done".formatted(taken, enough);
        CompletableFuture<Void> copy =
            CompletableFuture.runAsync(
                () -> tools.must(Elsewhere.command(disks.directory(), "sh", "-c", script)),
                Thread::startVirtualThread);
        Eventually.eventually(() -> assertThat(taken).exists());
        CompletableFuture<Void> unmounting =
            CompletableFuture.runAsync(
                () -> disks.unmount(device, point), Thread::startVirtualThread);
        // When
        boolean mounted = loops.mounted(device);
        try {
          assertThatThrownBy(() -> unmounting.get(300, TimeUnit.MILLISECONDS))
              .isInstanceOf(TimeoutException.class);
        } finally {
          Files.createFile(enough);
        }
        unmounting.get();
        copy.get();
        // Then
        assertThat(mounted).isTrue();
        assertThat(loops.mounted(device)).as(kind).isFalse();
      }
    }
  }

  @Test
  void thereAreMoreDevicesThanNodesInTheBeginning() {
    try (LoopDisks disks = new LoopDisks()) {
      // When
      List<Path> devices = IntStream.range(0, 12).mapToObj(_ -> disks.disk(1 << 20)).toList();
      // Then
      assertThat(devices).doesNotHaveDuplicates().allMatch(Files::exists);
      assertThat(disks.image(devices.getLast())).hasSize(1 << 20);
    }
  }

  @Test
  void leftoversOfADeadOwnerAreRemoved() throws IOException {
    // Given
    Path root = Files.createDirectories(TestDirectory.root().resolve("loop")).toRealPath();
    Path dead = Files.createDirectories(root.resolve("dead-owner"));
    Path image = dead.resolve("x.img");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
    }
    Path device = loops.attach(image);
    tools.must("mkfs.btrfs", "-q", device.toString());
    Path point = Files.createDirectory(dead.resolve("mnt"));
    tools.must("mount", device.toString(), point.toString());
    // When
    new Leftovers(tools, loops).remove(dead);
    // Then
    assertThat(dead).doesNotExist();
    assertThat(loops.below(dead)).isEmpty();
  }
}
