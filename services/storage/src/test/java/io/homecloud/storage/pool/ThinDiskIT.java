package io.homecloud.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.storage.Compression;
import io.homecloud.storage.StorageKinds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A pool whose disk is larger than the file system that it lies on. */
class ThinDiskIT extends PoolReconcilerLab {
  private static final long ROOM = 96L << 20;

  @Test
  void theRoomBeneathItsDiskCountsToo() {
    // Given
    Path place = bench.loops.mount(bench.disk(ROOM, "mkfs.ext4", "-q"));
    Path thin = bench.loops.disk(place, GIB);
    pool =
        plane
            .resources()
            .change(
                StorageKinds.POOL,
                pool.name(),
                Optional.empty(),
                _ ->
                    new Wish<>(
                        new PoolSpec(
                            "node1",
                            List.of(thin.toString()),
                            Profile.SINGLE,
                            Profile.DUP,
                            Compression.NONE,
                            false),
                        Map.of()));
    // When
    look(started(Duration.ZERO));
    // Then
    Condition low = Conditions.find(status().conditions(), PoolStatus.SPACE_LOW).orElseThrow();
    assertThat(low.status()).isEqualTo(Condition.Truth.True);
    assertThat(low.message()).contains(bench.loops.image(thin).toString());
    assertThat(Objects.requireNonNull(status().available()).bytes()).isLessThan(ROOM);
    assertThat(backend.usage(mounted.require(pool.uid())).lessFree(5)).isFalse();
  }
}
