package io.homecloud.storage.btrfs;

import static io.homecloud.storage.btrfs.BtrfsVolumesIT.done;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.Owner;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class GroupCommitIT {
  private static final TestPool POOL = TestPool.counting();
  private static final int THREADS = 16;
  private static final int VOLUMES = 25;

  private final BtrfsVolumes volumes = new BtrfsVolumes();
  private final MountedPool pool = POOL.pool();

  @AfterAll
  static void leaveNothing() {
    POOL.close();
  }

  @Test
  void manyThreadsShareFewCommits() throws Exception {
    // Given
    done(volumes.prepare(pool));
    volumes.commit(pool);
    long before = commits();
    // When
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(threads.submit(this::createAndCommit));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    // Then
    assertThat(volumes.contents(pool).volumes()).hasSize(THREADS * VOLUMES);
    assertThat(commits() - before).isLessThan(THREADS * VOLUMES / 2);
  }

  private void createAndCommit() {
    for (int i = 0; i < VOLUMES; i++) {
      done(
          volumes.create(
              pool,
              new VolumeId(UUID.randomUUID()),
              new VolumeSettings(
                  OptionalLong.of(1 << 30), false, Optional.empty(), Owner.ROOT, 0755)));
      volumes.commit(pool);
    }
  }

  @Test
  void nothingToCommitCommitsNothing() throws Exception {
    // The kernel has something of its own to commit now and then.
    eventually(() -> {
      volumes.commit(pool);
      long before = commits();
      volumes.commit(pool);
      assertThat(commits()).isEqualTo(before);
    });
  }

  /** As the kernel counts them since mount. */
  private long commits() throws Exception {
    Path stats = Path.of("/sys/fs/btrfs").resolve(pool.id().toString()).resolve("commit_stats");
    return Files.readString(stats)
        .lines()
        .filter(line -> line.startsWith("commits "))
        .mapToLong(line -> Long.parseLong(line.substring(8).strip()))
        .findFirst()
        .orElseThrow();
  }
}
