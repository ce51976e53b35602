package io.homecloud.storage.snapshot;

import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.events.Fact;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.Change;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.PoolRecords;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.SubvolumeInfo;
import io.homecloud.storage.volume.VolumeBackend;
import io.homecloud.storage.volume.VolumeId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Takes snapshots and deletes them. A snapshot that was taken once is never taken again. */
public final class SnapshotReconciler implements Reconciler<SnapshotSpec, SnapshotStatus> {
  private final VolumeBackend backend;
  private final PoolRecords records;
  private final MountedPools pools;
  private final ResourceStore store;
  private final SnapshotUse use;
  private final Clock clock;
  private final Map<UUID, UUID> poolOf = new ConcurrentHashMap<>();

  public SnapshotReconciler(
      VolumeBackend backend,
      PoolRecords records,
      MountedPools pools,
      ResourceStore store,
      SnapshotUse use,
      Clock clock) {
    this.backend = backend;
    this.records = records;
    this.pools = pools;
    this.store = store;
    this.use = use;
    this.clock = clock;
  }

  @Override
  public Kind<SnapshotSpec, SnapshotStatus> kind() {
    return StorageKinds.SNAPSHOT;
  }

  /**
   * They are many and cannot change: looked at when wished, and compared as a whole when the pool
   * comes.
   */
  @Override
  public boolean resyncs() {
    return false;
  }

  @Override
  public Outcome<SnapshotStatus> reconcile(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    UUID volume = Objects.requireNonNull(snapshot.parent());
    Optional<MountedPool> pool = poolOf(volume);
    if (snapshot.ready() && !snapshot.deleting()) {
      // Its labels may be others.
      pool.filter(here -> records.put(here, snapshot)).ifPresent(backend::commit);
      return new Outcome.Settled<>(Objects.requireNonNull(snapshot.status()), List.of());
    }
    if (pool.isEmpty()) {
      return waiting(snapshot, "PoolNotReady", "The pool of its volume is not mounted now.");
    }
    Place.Snapshot place = new Place.Snapshot(new VolumeId(volume), new SnapshotId(snapshot.uid()));
    if (snapshot.deleting()) {
      return use.mustStay(snapshot.uid())
          ? waiting(snapshot, "Busy", "A job reads it; it goes when that has ended.")
          : delete(snapshot, pool.get(), place);
    }
    boolean taken = snapshot.status() != null && snapshot.status().createdAt() != null;
    boolean ofTheJob = snapshot.metadata().labels().containsKey(SnapshotFeature.BEFORE_TASK);
    return !taken && !ofTheJob && use.mustWait(snapshot.uid(), volume)
        ? waiting(
            snapshot, "Busy", "Its volume is being rolled back; it is taken when that has ended.")
        : take(snapshot, pool.get(), place);
  }

  /** Whoever is waited for wakes it. That it was taken, and when, is not forgotten meanwhile. */
  private Outcome<SnapshotStatus> waiting(
      Resource<SnapshotSpec, SnapshotStatus> snapshot, String reason, String message) {
    SnapshotStatus before = snapshot.status();
    return new Outcome.Settled<>(
        status(
            snapshot,
            before == null ? null : before.createdAt(),
            before == null ? null : before.path(),
            new Conditions(snapshot.conditions(), snapshot.metadata().generation(), clock)
                .notReady(reason, message)),
        List.of());
  }

  /** A volume stays in its pool, so that is asked once; snapshots are many. */
  private Optional<MountedPool> poolOf(UUID volume) {
    UUID known = poolOf.get(volume);
    if (known != null) {
      return pools.find(known);
    }
    Optional<UUID> pool =
        store
            .find(StorageKinds.VOLUME, volume)
            .map(found -> found.parent())
            .or(() -> store.find(StorageKinds.TRASH, volume).map(found -> found.parent()));
    pool.ifPresent(found -> poolOf.put(volume, found));
    return pool.flatMap(pools::find);
  }

  private Outcome<SnapshotStatus> take(
      Resource<SnapshotSpec, SnapshotStatus> snapshot, MountedPool pool, Place.Snapshot place) {
    boolean taken = snapshot.status() != null && snapshot.status().createdAt() != null;
    io.homecloud.storage.Outcome<SubvolumeInfo> made =
        taken
            ? backend
                .info(pool, place)
                .<io.homecloud.storage.Outcome<SubvolumeInfo>>map(
                    io.homecloud.storage.Outcome.Done::new)
                .orElseGet(() ->
                    new io.homecloud.storage.Outcome.Refused<>(
                        io.homecloud.storage.StorageError.SNAPSHOT_NOT_FOUND,
                        "It was taken and is not on its pool any more; delete it here too."))
            : backend.snapshot(pool, place.volume(), place.snapshot());
    Conditions conditions =
        new Conditions(snapshot.conditions(), snapshot.metadata().generation(), clock);
    return switch (made) {
      case io.homecloud.storage.Outcome.Refused<SubvolumeInfo>(Refusal why) ->
          new Outcome.Retry<>(
              status(
                  snapshot,
                  snapshot.status() == null ? null : snapshot.status().createdAt(),
                  null,
                  conditions.notReady(why.error().word(), why.sentence())));
      case io.homecloud.storage.Outcome.Done<SubvolumeInfo>(SubvolumeInfo info) -> {
        boolean noted = records.put(pool, snapshot);
        if (noted || !taken) {
          backend.commit(pool);
        }
        String path = pool.root().resolve(place.path()).toString();
        List<Fact> facts =
            taken
                ? List.of()
                : List.of(
                    new StorageFact.SnapshotCreated(
                        snapshot.uid(),
                        snapshot.name().value(),
                        snapshot.node(),
                        place.volume().value(),
                        path));
        yield new Outcome.Settled<>(
            status(snapshot, info.createdAt(), path, conditions.ready()), facts);
      }
    };
  }

  private Outcome<SnapshotStatus> delete(
      Resource<SnapshotSpec, SnapshotStatus> snapshot, MountedPool pool, Place.Snapshot place) {
    io.homecloud.storage.Outcome<Change> deleted = backend.delete(pool, place);
    if (deleted instanceof io.homecloud.storage.Outcome.Refused<Change>(Refusal why)) {
      Conditions conditions =
          new Conditions(snapshot.conditions(), snapshot.metadata().generation(), clock);
      SnapshotStatus before = snapshot.status();
      return new Outcome.Retry<>(
          status(
              snapshot,
              before == null ? null : before.createdAt(),
              before == null ? null : before.path(),
              conditions.notReady(why.error().word(), why.sentence())));
    }
    records.remove(pool, StorageKinds.SNAPSHOT.name(), snapshot.uid());
    backend.commit(pool);
    return new Outcome.Gone<>(
        List.of(
            new StorageFact.SnapshotDeleted(
                snapshot.uid(), snapshot.name().value(), snapshot.node(), place.volume().value())));
  }

  private static SnapshotStatus status(
      Resource<SnapshotSpec, SnapshotStatus> snapshot,
      @Nullable Instant createdAt,
      @Nullable String path,
      Conditions conditions) {
    return new SnapshotStatus(
        createdAt, path, snapshot.metadata().generation(), conditions.build());
  }
}
