package io.homecloud.storage.catalogue;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.InstallationId;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.btrfs.BtrfsVolumes;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CatalogueFilesIT {
  private static final long SIZE = 512L << 20;

  private final LoopDisks disks = new LoopDisks();
  private final PoolId id = new PoolId(UUID.randomUUID());
  private final Path device = disks.disk(SIZE);
  private final MountedPool pool = made();
  private final CatalogueFiles files =
      new CatalogueFiles(Wishes.JSON, new InstallationId(UUID.randomUUID()));
  private final BtrfsVolumes volumes = new BtrfsVolumes();

  private MountedPool made() {
    run("mkfs.btrfs", "-q", "-U", id.toString(), device.toString());
    return new MountedPool(id, disks.mount(device, "compress=zstd:3"));
  }

  @BeforeEach
  void prepare() {
    files.prepare(pool);
  }

  @AfterEach
  void leaveNothing() {
    disks.close();
  }

  @Test
  void whatWasPutBeforeACommitIsWholeAfterAPowerCut() throws Exception {
    // Given
    List<Resource<VolumeSpec, VolumeStatus>> wishes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      // Some are small enough to be kept inside the tree, some are not, some are compressed.
      wishes.add(Wishes.volume("v" + i, pool, labels(i)));
    }
    wishes.forEach(wish -> files.put(pool, wish));
    volumes.commit(pool);
    List<Resource<VolumeSpec, VolumeStatus>> changed =
        wishes.stream().map(wish -> Wishes.relabelled(wish, Map.of("now", "changed"))).toList();
    // When
    changed.forEach(wish -> files.put(pool, wish));
    volumes.commit(pool);
    Path after = powerCut();
    // Then
    for (Resource<VolumeSpec, VolumeStatus> wish : changed) {
      Path document = after.resolve(".homecloud/volumes/" + wish.uid() + ".json");
      assertThat(Wishes.JSON.readTree(document.toFile()).path("labels").toString())
          .isEqualTo("{\"now\":\"changed\"}");
    }
  }

  @Test
  void withoutACommitThereIsTheDocumentBeforeOrTheNewOne() throws Exception {
    // Given
    var wish = Wishes.volume("files", pool, Map.of("it", "is old"));
    files.put(pool, wish);
    volumes.commit(pool);
    // When
    files.put(pool, Wishes.relabelled(wish, labels(30)));
    Path after = powerCut();
    // Then
    Path document = after.resolve(".homecloud/volumes/" + wish.uid() + ".json");
    assertThat(Wishes.JSON.readTree(document.toFile()).path("labels").size()).isIn(1, 30);
  }

  private static Map<String, String> labels(int count) {
    Map<String, String> labels = new java.util.HashMap<>();
    for (int i = 0; i < count; i++) {
      labels.put("label" + i, UUID.randomUUID() + "-" + UUID.randomUUID());
    }
    return labels;
  }

  /** What is on the disk at this moment, mounted elsewhere. */
  private Path powerCut() throws IOException {
    Path copy = disks.disk(SIZE);
    try (FileChannel from = FileChannel.open(disks.image(device), StandardOpenOption.READ);
        FileChannel to = FileChannel.open(disks.image(copy), StandardOpenOption.WRITE)) {
      long done = 0;
      while (done < SIZE) {
        done += from.transferTo(done, SIZE - done, to);
      }
    }
    new Mounts().unmount(pool.root().toString());
    // Other tests make mount namespaces at the same time, and hold it for a moment.
    eventually(() -> run("btrfs", "device", "scan", "--forget", device.toString()));
    return disks.mount(copy);
  }

  @Test
  void fiveHundredWishesBySixteenClientsCostLittleMoreThanTheirCommits() throws Exception {
    // Given
    files.put(pool, Wishes.pool("home", id));
    List<Callable<Boolean>> puts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      var wish = Wishes.volume("v" + i, pool, Map.of("room", "kitchen"));
      puts.add(() -> files.put(pool, wish));
    }
    // When
    long begin = System.nanoTime();
    try (ExecutorService clients = Executors.newFixedThreadPool(16)) {
      for (Future<Boolean> put : clients.invokeAll(puts)) {
        assertThat(put.get()).isTrue();
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    // Then
    assertThat(took).isLessThan(Duration.ofSeconds(60));
    assertThat(pool.root().resolve(".homecloud/volumes").toFile().list()).hasSize(500);
  }

  static void run(String... argv) {
    HostCommand command = new HostCommand(List.of(argv), Duration.ofMinutes(1), Map.of());
    assertThat(new LocalHost().run(command))
        .isInstanceOfSatisfying(Exited.class, exited -> assertThat(exited.code()).isZero());
  }
}
