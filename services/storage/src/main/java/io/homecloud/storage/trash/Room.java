package io.homecloud.storage.trash;

import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolBackend;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** When the trash has to make room, and which entry goes first. */
final class Room {
  /** How long the room of one takes to come back, before the next one has to go. */
  static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  /** After that nobody waits any more for the room of those that went. */
  private static final Duration LONGEST_CLEARING = Duration.ofHours(1);

  private static final long BYTES_PER_SECOND = 200_000_000;

  private final PoolBackend pools;
  private final ResourceStore store;
  private final int floorPercent;
  private final Duration keptAtLeast;
  private final Consumer<UUID> wake;
  private final Predicate<MountedPool> clearing;
  private final Consumer<MountedPool> commit;
  private final Map<PoolId, Long> clearingSince = new ConcurrentHashMap<>();

  /**
   * @param clearing whether the room of those that went is still coming back
   */
  Room(
      PoolBackend pools,
      Predicate<MountedPool> clearing,
      Consumer<MountedPool> commit,
      ResourceStore store,
      int floorPercent,
      Duration keptAtLeast,
      Consumer<UUID> wake) {
    this.pools = pools;
    this.clearing = clearing;
    this.commit = commit;
    this.store = store;
    this.floorPercent = floorPercent;
    this.keptAtLeast = keptAtLeast;
    this.wake = wake;
  }

  /**
   * Never where nothing is to be gained by it: a pool that lacks a disk has less room until that is
   * back, and one that can only be read gets none.
   */
  boolean scarce(MountedPool pool) {
    if (!pools.usage(pool).lessFree(floorPercent)) {
      return false;
    }
    PoolState state = pools.state(pool);
    return !state.degraded() && !state.readOnly();
  }

  /** How soon it may be scarce: when somebody writes as fast as disks at home do. */
  Duration soonest(MountedPool pool) {
    Duration written =
        Duration.ofSeconds(pools.usage(pool).bytesUntil(floorPercent) / BYTES_PER_SECOND);
    return written.compareTo(LOOK_AGAIN) < 0 ? LOOK_AGAIN : written;
  }

  /**
   * Whether it is the oldest that may go; otherwise that one is looked at now. Of one that was
   * deleted while the clock was wrong nobody knows the age, so it is no candidate. None is while
   * the room of those before comes back, which may be enough.
   */
  boolean goesFirst(
      Resource<TrashSpec, TrashStatus> entry, MountedPool pool, PlausibleClock clock) {
    if (waits(pool)) {
      return false;
    }
    Instant now = clock.instant();
    Optional<Resource<TrashSpec, TrashStatus>> first =
        store.all(StorageKinds.TRASH, Selection.in(Objects.requireNonNull(entry.parent()))).stream()
            .filter(other -> PlausibleClock.credible(trashedAt(other, clock)))
            .filter(other -> trashedAt(other, clock).plus(keptAtLeast).isBefore(now))
            .filter(other -> !pinned(other))
            .min(
                Comparator.comparing(
                        (Resource<TrashSpec, TrashStatus> other) -> trashedAt(other, clock))
                    .thenComparing(Resource::uid));
    if (first.isEmpty()) {
      return false;
    }
    boolean itself = first.get().uid().equals(entry.uid());
    if (!itself && !first.get().deleting()) {
      wake.accept(first.get().uid());
    }
    return itself;
  }

  /**
   * As {@link #goesFirst}, and whether room is scarce all the same when all is counted: what went
   * before may be cleared away, and is counted at the next commit only.
   */
  boolean goesNow(Resource<TrashSpec, TrashStatus> entry, MountedPool pool, PlausibleClock clock) {
    if (!goesFirst(entry, pool, clock)) {
      return false;
    }
    commit.accept(pool);
    return scarce(pool) && goesFirst(entry, pool, clock);
  }

  private boolean waits(MountedPool pool) {
    if (!clearing.test(pool)) {
      clearingSince.remove(pool.id());
      return false;
    }
    long now = System.nanoTime();
    long since = clearingSince.computeIfAbsent(pool.id(), _ -> now);
    return now - since < LONGEST_CLEARING.toNanos();
  }

  /** When it was deleted, as far as the clock knows by now. */
  static Instant trashedAt(Resource<TrashSpec, TrashStatus> entry, PlausibleClock clock) {
    return clock.corrected(entry.spec().trashedAt());
  }

  private boolean pinned(Resource<TrashSpec, TrashStatus> entry) {
    return store.all(StorageKinds.SNAPSHOT, Selection.in(entry.uid())).stream()
        .anyMatch(snapshot -> snapshot.spec().pinned());
  }
}
