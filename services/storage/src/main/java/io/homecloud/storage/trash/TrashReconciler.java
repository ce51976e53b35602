package io.homecloud.storage.trash;

import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.Change;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.PoolRecords;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.snapshot.NewerPins;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeBackend;
import io.homecloud.storage.volume.VolumeId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps deleted volumes for a while, then deletes them for good; never one with a pinned snapshot.
 */
public final class TrashReconciler implements Reconciler<TrashSpec, TrashStatus> {
  private static final Logger LOG = Logger.getLogger(TrashReconciler.class);

  /** The condition of an entry that goes by itself, and why; asked for is what has it not. */
  private static final String CONDEMNED = "Condemned";

  /** The clock may be set meanwhile, which a timer does not see. */
  private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

  private final VolumeBackend backend;
  private final PoolRecords records;
  private final MountedPools pools;
  private final ResourceStore store;
  private final Room room;
  private final WayBack back;
  private final NewerPins newer;
  private final Duration kept;
  private final PlausibleClock clock;

  TrashReconciler(
      VolumeBackend backend,
      PoolRecords records,
      MountedPools pools,
      ResourceStore store,
      Room room,
      WayBack back,
      NewerPins newer,
      Duration kept,
      PlausibleClock clock) {
    this.backend = backend;
    this.records = records;
    this.pools = pools;
    this.store = store;
    this.room = room;
    this.back = back;
    this.newer = newer;
    this.kept = kept;
    this.clock = clock;
  }

  @Override
  public Kind<TrashSpec, TrashStatus> kind() {
    return StorageKinds.TRASH;
  }

  @Override
  public Outcome<TrashStatus> reconcile(Resource<TrashSpec, TrashStatus> entry) {
    Optional<MountedPool> pool = pools.find(entry.parent());
    if (pools.unknown(entry.parent())) {
      // At the start of the process: it stays what it was, until its pool's reconciler wakes it.
      return new Outcome.Written<>();
    }
    if (pool.isEmpty()) {
      return new Outcome.Settled<>(
          status(entry, null, "PoolNotReady", "Its pool is not mounted now."), List.of());
    }
    var first = inAVolumesPlace(entry, pool.get());
    if (first.isPresent()) {
      return first.get();
    }
    Instant expires = expires(entry);
    boolean pinned = snapshots(entry).stream().anyMatch(snapshot -> snapshot.spec().pinned());
    boolean scarce = clock.plausible() && room.scarce(pool.get());
    boolean makesRoom = scarce && room.goesNow(entry, pool.get(), clock);
    if (!pinned && (entry.deleting() || expired(expires) || makesRoom)) {
      pinned = pinnedSince(entry, pool.get());
      if (!pinned && entry.deleting()) {
        return purge(entry, pool.get());
      }
      if (!pinned) {
        return condemn(entry, expired(expires) ? Why.Expired : Why.Room);
      }
      if (entry.deleting()) {
        takenBack(entry);
        return new Outcome.Written<>();
      }
    }
    boolean removed = records.remove(pool.get(), StorageKinds.VOLUME.name(), entry.uid());
    boolean noted = records.put(pool.get(), entry);
    if (removed || noted) {
      backend.commit(pool.get());
    }
    if (pinned) {
      return new Outcome.Settled<>(
          status(entry, null, "Pinned", "It is kept as long as one of its snapshots is pinned."),
          List.of());
    }
    Duration left = Duration.between(clock.instant(), expires);
    Duration sleep =
        Stream.of(left, room.soonest(pool.get()), LONGEST_SLEEP)
            .filter(Duration::isPositive)
            .min(Comparator.naturalOrder())
            .orElse(LONGEST_SLEEP);
    return new Outcome.LookAgain<>(
        status(entry, expires, "Kept", ""), List.of(), scarce ? Room.LOOK_AGAIN : sleep);
  }

  /**
   * Marks it as going, before the first of its snapshots is deleted: from then on nobody can
   * restore it, who would get half of it. Why is written down first, as nobody can tell later.
   */
  private Outcome<TrashStatus> condemn(Resource<TrashSpec, TrashStatus> entry, Why why) {
    Conditions conditions = conditions(entry).kept();
    conditions.set(CONDEMNED, Truth.True, why.name(), why.sentence);
    if (!store.observe(entry, status(entry, null, conditions), List.of())) {
      return new Outcome.Written<>();
    }
    try {
      var _ =
          store.requestDeletion(
              StorageKinds.TRASH,
              entry.name(),
              Optional.empty(),
              row -> TrashFeature.requireUnpinned(store, row));
    } catch (ProblemException e) {
      LOG.debugf("%s was restored or pinned just now: %s", entry.uid(), e.detail());
    }
    return new Outcome.Written<>();
  }

  /**
   * What is to be done with it first, when it lies in a volume's place; the row is held meanwhile,
   * since a restore that is under way looks the same. A restore that a crash cut short has moved
   * the volume and changed nothing else. Where it is noted as a volume the row is of an older
   * database, and the pool tells what is true.
   */
  private Optional<Outcome<TrashStatus>> inAVolumesPlace(
      Resource<TrashSpec, TrashStatus> entry, MountedPool pool) {
    VolumeId volume = new VolumeId(entry.uid());
    if (backend.info(pool, new Place.Trashed(volume)).isPresent()
        || backend.info(pool, new Place.Live(volume)).isEmpty()) {
      return Optional.empty();
    }
    List<Refusal> inTheWay = new ArrayList<>();
    store.useTransaction(transaction -> {
      var row = store.lock(transaction.handle(), StorageKinds.TRASH, entry.uid());
      var note = back.noted(entry.uid(), pool);
      if (row.isPresent() && note.isPresent()) {
        LOG.warnf("%s is a volume on its pool: it is none of the trash", entry.uid());
        Name name = back.free(note.get().name(), entry.uid());
        back.go(transaction, row.get(), name, note.get().spec(), pool);
      } else if (row.isPresent()) {
        if (backend.moveToTrash(pool, volume)
            instanceof io.homecloud.storage.Outcome.Refused<Change>(Refusal why)) {
          inTheWay.add(why);
          return;
        }
        backend.commit(pool);
        if (!row.get().deleting()) {
          trashedNow(transaction, row.get());
        }
      }
    });
    return Optional.of(
        inTheWay.isEmpty() ? new Outcome.Written<>() : refused(entry, inTheWay.getFirst()));
  }

  /** Whether the pool knows of pins of its snapshots that are newer than the database. */
  private boolean pinnedSince(Resource<TrashSpec, TrashStatus> entry, MountedPool pool) {
    boolean pinned = false;
    for (SnapshotId snapshot : backend.snapshots(pool, new VolumeId(entry.uid()))) {
      pinned |= newer.takeOver(pool, snapshot.value());
    }
    return pinned;
  }

  /** Who asked for its deletion did not know of the pin; it can be restored again. */
  private void takenBack(Resource<TrashSpec, TrashStatus> entry) {
    store.useTransaction(transaction ->
        store
            .lock(transaction.handle(), StorageKinds.TRASH, entry.uid())
            .ifPresent(row -> trashedNow(transaction, row)));
  }

  /** Whatever moved it, nobody has seen it in the trash until now. */
  private void trashedNow(Transaction transaction, Resource<TrashSpec, TrashStatus> entry) {
    TrashSpec was = entry.spec();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    store.become(
        transaction,
        entry.uid(),
        StorageKinds.TRASH,
        entry.name(),
        new TrashSpec(was.volume(), was.spec(), now),
        null);
  }

  /**
   * Counted from when it was deleted; when the clock was wrong then, from when it was right again.
   */
  private Instant expires(Resource<TrashSpec, TrashStatus> entry) {
    Instant trashedAt = Room.trashedAt(entry, clock);
    if (PlausibleClock.credible(trashedAt)) {
      return trashedAt.plus(kept);
    }
    Instant said = entry.status() == null ? null : entry.status().expiresAt();
    return said != null && PlausibleClock.credible(said)
        ? said
        : clock.instant().plus(kept).truncatedTo(ChronoUnit.SECONDS);
  }

  private boolean expired(Instant expires) {
    return clock.plausible() && clock.instant().isAfter(expires);
  }

  private List<Resource<SnapshotSpec, SnapshotStatus>> snapshots(
      Resource<TrashSpec, TrashStatus> entry) {
    return store.all(StorageKinds.SNAPSHOT, Selection.in(entry.uid()));
  }

  private Outcome<TrashStatus> purge(Resource<TrashSpec, TrashStatus> entry, MountedPool pool) {
    VolumeId volume = new VolumeId(entry.uid());
    for (SnapshotId snapshot : backend.snapshots(pool, volume)) {
      var deleted = backend.delete(pool, new Place.Snapshot(volume, snapshot));
      if (deleted instanceof io.homecloud.storage.Outcome.Refused<Change>(Refusal why)) {
        return refused(entry, why);
      }
      records.remove(pool, StorageKinds.SNAPSHOT.name(), snapshot.value());
    }
    var deleted = backend.delete(pool, new Place.Trashed(volume));
    if (deleted instanceof io.homecloud.storage.Outcome.Refused<Change>(Refusal why)) {
      return refused(entry, why);
    }
    removeRows(entry, pool);
    // What a clone still shares keeps its counter until the clone goes; harmless, see
    // VolumeBackend.forget.
    backend.forget(pool, volume);
    Why why = why(entry);
    String name = entry.spec().volume().value();
    LOG.infof("volume %s (%s) is deleted for good. %s", name, entry.uid(), why.sentence);
    return new Outcome.Gone<>(
        List.of(
            new StorageFact.VolumePurged(
                entry.uid(),
                name,
                entry.node(),
                pool.id().value(),
                why.name().toLowerCase(Locale.ROOT))));
  }

  /** Why an entry goes for good. */
  private enum Why {
    Expired("It was in the trash for as long as it is kept."),
    Room("Its pool has little room left, and nothing in the trash is older."),
    Asked("Somebody asked for it.");

    private final String sentence;

    Why(String sentence) {
      this.sentence = sentence;
    }
  }

  private static Why why(Resource<TrashSpec, TrashStatus> entry) {
    return Conditions.find(entry.conditions(), CONDEMNED)
        .map(condition -> Why.valueOf(condition.reason()))
        .orElse(Why.Asked);
  }

  /**
   * The rows first, so that nobody writes their notes again, and for good when the notes are gone.
   * Also of snapshots that were never taken, or deleted by somebody who died before their note
   * went.
   */
  private void removeRows(Resource<TrashSpec, TrashStatus> entry, MountedPool pool) {
    var schedules = store.all(StorageKinds.SCHEDULE, Selection.in(entry.uid()));
    var snapshots = snapshots(entry);
    store.useTransaction(transaction -> {
      for (var schedule : schedules) {
        store.remove(transaction, schedule.uid(), List.of());
      }
      for (var snapshot : snapshots) {
        StorageFact gone =
            new StorageFact.SnapshotDeleted(
                snapshot.uid(), snapshot.name().value(), snapshot.node(), entry.uid());
        store.remove(transaction, snapshot.uid(), List.of(gone));
      }
      for (var schedule : schedules) {
        records.remove(pool, StorageKinds.SCHEDULE.name(), schedule.uid());
      }
      for (var snapshot : snapshots) {
        records.remove(pool, StorageKinds.SNAPSHOT.name(), snapshot.uid());
      }
      records.remove(pool, StorageKinds.TRASH.name(), entry.uid());
      backend.commit(pool);
    });
  }

  private Outcome<TrashStatus> refused(Resource<TrashSpec, TrashStatus> entry, Refusal why) {
    return new Outcome.Retry<>(status(entry, null, why.error().word(), why.sentence()));
  }

  private TrashStatus status(
      Resource<TrashSpec, TrashStatus> entry,
      @Nullable Instant expires,
      String reason,
      String message) {
    Conditions conditions = conditions(entry);
    clock.tell(conditions);
    if (entry.deleting()) {
      conditions.kept(CONDEMNED);
    }
    boolean kept = reason.equals("Kept") || reason.equals("Pinned");
    return status(
        entry,
        expires,
        kept
            ? conditions.set("Ready", Truth.True, reason, message)
            : conditions.notReady(reason, message));
  }

  private Conditions conditions(Resource<TrashSpec, TrashStatus> entry) {
    return new Conditions(entry.conditions(), entry.metadata().generation(), clock.clock());
  }

  private static TrashStatus status(
      Resource<TrashSpec, TrashStatus> entry, @Nullable Instant expires, Conditions conditions) {
    return new TrashStatus(expires, entry.metadata().generation(), conditions.build());
  }
}
