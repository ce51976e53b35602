package io.homecloud.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.storage.Compression;
import io.homecloud.storage.StorageKinds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What may be erased to make a pool. */
class PoolErasingIT extends PoolReconcilerLab {
  /** Wishes for the pool of one disk that may be erased, or not any more. */
  private void wished(boolean erase) {
    Resource<PoolSpec, PoolStatus> now =
        plane
            .resources()
            .change(
                StorageKinds.POOL,
                pool.name(),
                Optional.empty(),
                was ->
                    new Wish<>(
                        new PoolSpec(
                            "node1",
                            List.of(one.toString()),
                            Profile.SINGLE,
                            Profile.DUP,
                            Compression.NONE,
                            erase),
                        Map.of()));
    pool = pool.status() == null ? now : now.observed(status());
  }

  private String notReady() {
    return Conditions.find(status().conditions(), "Ready").orElseThrow().message();
  }

  @Test
  void whatComesOntoADiskAfterErasingItWasAllowedIsNotErased() {
    // Given
    bench.run("mkfs.ext4", "-q", "-L", "old", one.toString());
    Path place = bench.loops.mount(one);
    PoolReconciler reconciler = started(Duration.ZERO);
    wished(true);
    look(reconciler);
    String busy = notReady();
    bench.run("umount", place.toString());
    bench.run("mkfs.ext4", "-q", "-F", "-L", "photos", one.toString());
    // When
    look(reconciler);
    String refused = notReady();
    String there = bench.run("blkid", "-s", "LABEL", "-o", "value", one.toString()).strip();
    wished(false);
    look(reconciler);
    wished(true);
    look(reconciler);
    // Then
    assertThat(busy).contains("is mounted");
    assertThat(refused).contains("\"photos\"", "PATCH spec.erase");
    assertThat(there).isEqualTo("photos");
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    assertThat(Conditions.find(status().conditions(), "Erasable")).isEmpty();
  }

  @Test
  void whatWasOnTheDiskWhenErasingItWasAllowedIsErasedLater() {
    // Given
    bench.run("mkfs.ext4", "-q", "-L", "old", one.toString());
    Path place = bench.loops.mount(one);
    wished(true);
    look(started(Duration.ZERO));
    bench.run("umount", place.toString());
    // When
    look(started(Duration.ZERO));
    // Then
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
  }
}
