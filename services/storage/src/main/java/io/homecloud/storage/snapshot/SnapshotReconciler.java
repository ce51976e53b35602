package io.homecloud.storage.snapshot;

import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.Change;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
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
  private final NewerPins newer;
  private final Clock clock;
  private final Map<UUID, UUID> poolOf = new ConcurrentHashMap<>();

  public SnapshotReconciler(
      VolumeBackend backend,
      PoolRecords records,
      MountedPools pools,
      ResourceStore store,
      SnapshotUse use,
      NewerPins newer,
      Clock clock) {
    this.backend = backend;
    this.records = records;
    this.pools = pools;
    this.store = store;
    this.use = use;
    this.newer = newer;
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
    Place.Snapshot place = new Place.Snapshot(new VolumeId(volume), new SnapshotId(snapshot.uid()));
    if (snapshot.ready() && !snapshot.deleting()) {
      // Its labels may be others, and its row that of an older database.
      return pool.map(here -> keep(snapshot, here, place))
          .orElseGet(
              () -> new Outcome.Settled<>(Objects.requireNonNull(snapshot.status()), List.of()));
    }
    if (pool.isEmpty()) {
      return waiting(snapshot, "PoolNotReady", "The pool of its volume is not mounted now.");
    }
    if (snapshot.deleting()) {
      return use.mustStay(snapshot.uid())
          ? waiting(snapshot, "Busy", "A job reads it; it goes when that has ended.")
          : delete(snapshot, pool.get(), place);
    }
    boolean taken = snapshot.status() != null && snapshot.status().createdAt() != null;
    if (taken) {
      return keep(snapshot, pool.get(), place);
    }
    boolean ofTheJob = snapshot.metadata().labels().containsKey(SnapshotFeature.BEFORE_TASK);
    return !ofTheJob && use.mustWait(snapshot.uid(), volume)
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
            conditions(snapshot).notReady(reason, message)),
        List.of());
  }

  /** A volume stays in its pool, so that is asked once; snapshots are many. */
  Optional<MountedPool> poolOf(UUID volume) {
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

  /**
   * Noted first: the kernel commits the pool with the snapshot, so that one commit makes both
   * durable, and no snapshot is ever without its name.
   */
  private Outcome<SnapshotStatus> take(
      Resource<SnapshotSpec, SnapshotStatus> snapshot, MountedPool pool, Place.Snapshot place) {
    var taken =
        StorageFailure.refusing(() -> {
          var _ = records.put(pool, snapshot);
          return backend.snapshot(pool, place.volume(), place.snapshot());
        });
    return switch (taken) {
      case io.homecloud.storage.Outcome.Refused<SubvolumeInfo>(Refusal why) -> {
        forget(pool, snapshot.uid());
        yield new Outcome.Retry<>(refused(snapshot, why));
      }
      case io.homecloud.storage.Outcome.Done<SubvolumeInfo>(SubvolumeInfo info) ->
          new Outcome.Settled<>(
              ready(snapshot, pool, place, info),
              List.of(
                  new StorageFact.SnapshotCreated(
                      snapshot.uid(),
                      snapshot.name().value(),
                      snapshot.node(),
                      place.volume().value(),
                      path(pool, place),
                      info.createdAt().toString())));
    };
  }

  /** Where that cannot be written either, the note goes when the pool comes the next time. */
  private void forget(MountedPool pool, UUID snapshot) {
    var _ =
        StorageFailure.refusing(() ->
            new io.homecloud.storage.Outcome.Done<>(
                records.remove(pool, StorageKinds.SNAPSHOT.name(), snapshot)));
  }

  /** It was taken before, and is never taken again. */
  private Outcome<SnapshotStatus> keep(
      Resource<SnapshotSpec, SnapshotStatus> snapshot, MountedPool pool, Place.Snapshot place) {
    Optional<SubvolumeInfo> there = backend.info(pool, place);
    if (there.isEmpty()) {
      return new Outcome.Retry<>(
          refused(
              snapshot,
              new Refusal(
                  StorageError.SNAPSHOT_NOT_FOUND,
                  "It was taken and is not on its pool any more; delete it here too.")));
    }
    if (!snapshot.spec().pinned() && newer.takeOver(pool, snapshot.uid())) {
      return new Outcome.Written<>();
    }
    note(snapshot, pool);
    return new Outcome.Settled<>(ready(snapshot, pool, place, there.get()), List.of());
  }

  /**
   * The row is held meanwhile: who deletes its volume for good removes the rows first and then the
   * notes, so that none is written after that. The disk is waited for without it: many at once
   * would have all connections.
   */
  private void note(Resource<SnapshotSpec, SnapshotStatus> snapshot, MountedPool pool) {
    boolean written =
        store.inTransaction(transaction ->
            store.lock(transaction.handle(), StorageKinds.SNAPSHOT, snapshot.uid()).isPresent()
                && records.put(pool, snapshot));
    if (written) {
      backend.commit(pool);
    }
  }

  private static String path(MountedPool pool, Place.Snapshot place) {
    return pool.root().resolve(place.path()).toString();
  }

  private Conditions conditions(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    return new Conditions(snapshot.conditions(), snapshot.metadata().generation(), clock);
  }

  private SnapshotStatus ready(
      Resource<SnapshotSpec, SnapshotStatus> snapshot,
      MountedPool pool,
      Place.Snapshot place,
      SubvolumeInfo info) {
    return status(snapshot, info.createdAt(), path(pool, place), conditions(snapshot).ready());
  }

  private SnapshotStatus refused(Resource<SnapshotSpec, SnapshotStatus> snapshot, Refusal why) {
    SnapshotStatus before = snapshot.status();
    return status(
        snapshot,
        before == null ? null : before.createdAt(),
        null,
        conditions(snapshot).notReady(why.error().word(), why.sentence()));
  }

  private Outcome<SnapshotStatus> delete(
      Resource<SnapshotSpec, SnapshotStatus> snapshot, MountedPool pool, Place.Snapshot place) {
    if (backend.info(pool, place).isPresent() && newer.takeOver(pool, snapshot.uid())) {
      return new Outcome.Written<>();
    }
    io.homecloud.storage.Outcome<Change> deleted = backend.delete(pool, place);
    if (deleted instanceof io.homecloud.storage.Outcome.Refused<Change>(Refusal why)) {
      SnapshotStatus before = snapshot.status();
      return new Outcome.Retry<>(
          status(
              snapshot,
              before == null ? null : before.createdAt(),
              before == null ? null : before.path(),
              conditions(snapshot).notReady(why.error().word(), why.sentence())));
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
