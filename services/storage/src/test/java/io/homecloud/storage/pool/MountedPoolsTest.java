package io.homecloud.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class MountedPoolsTest {
  private final MountedPools pools = new MountedPools();
  private final MountedPool pool =
      new MountedPool(new PoolId(UUID.randomUUID()), Path.of("/mnt/pool"));

  @Test
  void aJobThatIsEarlierThanItsPoolGoesOnWhenThatComes() throws InterruptedException {
    // Given
    CountDownLatch waits = new CountDownLatch(1);
    CompletableFuture<Optional<MountedPool>> found = new CompletableFuture<>();
    Thread.startVirtualThread(() ->
        found.complete(
            pools.await(
                pool.id().value(),
                () -> {
                  waits.countDown();
                  return false;
                })));
    waits.await();
    // When
    pools.mounted(pool, false);
    // Then
    assertThat(found.join()).contains(pool);
  }

  @Test
  void aJobThatNobodyWantsDoesNotWait() {
    // When
    Optional<MountedPool> found = pools.await(pool.id().value(), () -> true);
    // Then
    assertThat(found).isEmpty();
  }

  @Test
  void nobodyKnowsOfAPoolUntilItWasLookedForAndIsToldOnceWhenItIsNotThere() {
    // Given
    List<UUID> gone = new ArrayList<>();
    pools.onGone(gone::add);
    UUID uid = pool.id().value();
    assertThat(pools.unknown(uid)).isTrue();
    // When
    pools.unmounted(pool.id());
    pools.unmounted(pool.id());
    // Then
    assertThat(pools.unknown(uid)).isFalse();
    assertThat(gone).containsExactly(uid);
    // And when it was there, and is not any more
    pools.mounted(pool, false);
    pools.unmounted(pool.id());
    // Then
    assertThat(pools.unknown(uid)).isFalse();
    assertThat(gone).containsExactly(uid, uid);
  }

  @Test
  void thatAPoolIsGoneIsToldAgainUntilItIsHeard() {
    // Given
    List<UUID> told = new ArrayList<>();
    pools.onGone(uid -> {
      told.add(uid);
      if (told.size() == 1) {
        throw new IllegalStateException("the database is away");
      }
    });
    assertThatThrownBy(() -> pools.unmounted(pool.id())).isInstanceOf(IllegalStateException.class);
    // When
    pools.unmounted(pool.id());
    pools.unmounted(pool.id());
    // Then
    assertThat(told).hasSize(2);
  }

  @Test
  void thatAPoolCanBeWrittenAgainIsToldOnce() {
    // Given
    List<MountedPool> told = new ArrayList<>();
    pools.onMount(told::add);
    // When
    for (boolean readOnly : List.of(false, true, true, false, false)) {
      pools.mounted(pool, readOnly);
    }
    // Then
    assertThat(told).containsExactly(pool, pool);
  }

  @Test
  void whoFailsWhenAPoolComesKeepsNobodyElseFromItAndIsToldAgain() {
    // Given
    List<String> told = new ArrayList<>();
    pools.onMount(_ -> {
      told.add("first");
      if (told.size() == 1) {
        throw new IllegalStateException("the database is away");
      }
    });
    pools.onMount(_ -> told.add("second"));
    // When
    boolean once = pools.mounted(pool, false);
    boolean twice = pools.mounted(pool, false);
    boolean more = pools.mounted(pool, false);
    // Then
    assertThat(List.of(once, twice, more)).containsExactly(false, true, true);
    assertThat(told).containsExactly("first", "second", "first", "second");
    assertThat(pools.find(pool.id().value())).contains(pool);
  }
}
