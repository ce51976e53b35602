package io.homecloud.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.disk.Disk;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Pools of whose disks something else is remembered than what they hold. */
class SeenMembersIT extends PoolReconcilerLab {
  @Test
  void disksThatWereSeenBeforeTheyWereFormattedTakeNoPoolAway() {
    // Given
    List<Disk> blank = bench.disks.scan();
    look(started(Duration.ZERO));
    assertThat(backend.unmount(mounted.find(pool.uid()).orElseThrow()).refusal()).isEmpty();
    gone();
    disks.remembering(() -> blank);
    PoolReconciler after = started(Duration.ZERO);
    AtomicInteger lookedAgain = new AtomicInteger();
    mounted.onMembers(lookedAgain::incrementAndGet);
    // When
    look(after);
    // Then
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    assertThat(lookedAgain).hasValue(1);
  }

  @Test
  void aDiskThatCannotBeReadAnyMoreStaysTheOneThatItWas() {
    // Given
    PoolReconciler reconciler = started(Duration.ZERO);
    look(reconciler);
    List<PoolStatus.Device> before = status().devices();
    disks.remembering(
        () -> bench.disks.scan().stream().filter(disk -> !disk.node().equals(two)).toList());
    // When
    look(reconciler);
    // Then
    assertThat(before).extracting(PoolStatus.Device::disk).hasSize(2).doesNotContainNull();
    assertThat(status().devices())
        .extracting(PoolStatus.Device::disk)
        .isEqualTo(before.stream().map(PoolStatus.Device::disk).toList());
  }
}
