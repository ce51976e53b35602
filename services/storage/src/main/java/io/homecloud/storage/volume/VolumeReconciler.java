package io.homecloud.storage.volume;

import io.homecloud.control.Name;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.events.Fact;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.Change;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.PoolRecords;
import io.homecloud.storage.files.StaleUploads;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.trash.TrashSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Brings volumes into being and into place, and into the trash. */
public final class VolumeReconciler implements Reconciler<VolumeSpec, VolumeStatus> {
  private static final Logger LOG = Logger.getLogger(VolumeReconciler.class);
  private static final String POOL_NOT_READY = "PoolNotReady";
  private static final String NOT_MOUNTED = "Its pool is not mounted now.";

  /** Nobody tells when files of it are deleted. */
  private static final Duration WHILE_OVER_QUOTA = Duration.ofMinutes(5);

  private final VolumeBackend backend;
  private final PoolRecords records;
  private final MountedPools pools;
  private final ResourceStore store;
  private final Path root;
  private final VolumeStatusFactory statuses;
  private final StaleUploads uploads;
  private final Clock clock;

  /** Those that were seen to hide files, also when that could not be written down at once. */
  private final Set<UUID> hiding = ConcurrentHashMap.newKeySet();

  public VolumeReconciler(
      VolumeBackend backend,
      PoolRecords records,
      MountedPools pools,
      ResourceStore store,
      Path root,
      VolumeStatusFactory statuses,
      StaleUploads uploads,
      Clock clock) {
    this.backend = backend;
    this.records = records;
    this.pools = pools;
    this.store = store;
    this.root = root;
    this.statuses = statuses;
    this.uploads = uploads;
    this.clock = clock;
  }

  @Override
  public Kind<VolumeSpec, VolumeStatus> kind() {
    return StorageKinds.VOLUME;
  }

  @Override
  public Outcome<VolumeStatus> reconcile(Resource<VolumeSpec, VolumeStatus> volume) {
    Optional<MountedPool> pool = pools.find(volume.parent());
    if (pools.unknown(volume.parent())) {
      // At the start of the process: it stays what it was, until its pool's reconciler wakes it.
      return new Outcome.Written<>();
    }
    if (pool.isEmpty()) {
      // The pool's reconciler wakes its volumes when it has mounted it: no need to try again.
      return new Outcome.Settled<>(
          statuses.notReady(volume, POOL_NOT_READY, NOT_MOUNTED + whatWaits(volume)),
          unavailable(volume));
    }
    if (!volume.deleting()) {
      return bringUp(volume, pool.get());
    }
    return store.isReleasing(volume.uid())
        ? release(volume, pool.get())
        : trash(volume, pool.get());
  }

  private static String whatWaits(Resource<VolumeSpec, VolumeStatus> volume) {
    Name pool = volume.spec().pool();
    return volume.deleting()
        ? " It is deleted when pool %s is in place again, whose conditions say what that takes. If the disks are lost for good: POST %s/pools/%s/export gives up the pool, and this volume with it."
            .formatted(pool, StorageKinds.API, pool)
        : "";
  }

  private Outcome<VolumeStatus> bringUp(
      Resource<VolumeSpec, VolumeStatus> volume, MountedPool pool) {
    VolumeId id = new VolumeId(volume.uid());
    Path target = root.resolve(volume.name().value());
    Work work = new Work();
    io.homecloud.storage.Outcome<Change> done =
        make(volume, pool, id, work)
            .then(_ -> {
              work.hides = hides(volume, target);
              return backend.mount(pool, id, target);
            })
            .then(change -> {
              work.note(records.put(pool, volume));
              if (!volume.ready()) {
                // It may have been restored just now.
                work.note(records.remove(pool, StorageKinds.TRASH.name(), volume.uid()));
              }
              return new io.homecloud.storage.Outcome.Done<>(change);
            });
    if (done instanceof io.homecloud.storage.Outcome.Refused<Change>(Refusal why)) {
      return isInTrash(pool, id)
          ? found(volume)
          : new Outcome.Retry<>(statuses.refused(volume, explained(volume, why)));
    }
    if (work.changed) {
      backend.commit(pool);
    }
    uploads.sweep(pool.root().resolve(new Place.Live(id).path()));
    Optional<VolumeUsage> usage = backend.usage(pool, id);
    VolumeStatus status = statuses.ready(volume, target, usage, work.quota, work.hides);
    boolean low = Conditions.isTrue(status.conditions(), VolumeStatus.SPACE_LOW);
    List<Fact> facts = new ArrayList<>(facts(volume, target));
    usage.flatMap(billed -> room(volume, low, billed)).ifPresent(facts::add);
    return work.quota.isPresent() || low
        ? new Outcome.LookAgain<>(status, facts, WHILE_OVER_QUOTA)
        : new Outcome.Settled<>(status, facts);
  }

  /** Seen before it is mounted, and looked at again until it is so no more. */
  private boolean hides(Resource<VolumeSpec, VolumeStatus> volume, Path target) {
    UUID uid = volume.uid();
    boolean hid =
        hiding.contains(uid) || Conditions.isTrue(volume.conditions(), VolumeStatus.HIDES);
    boolean hides = backend.hides(target, hid);
    boolean _ = hides ? hiding.add(uid) : hiding.remove(uid);
    return hides;
  }

  /** Told when it crosses the edge, one way or the other. */
  private static Optional<Fact> room(
      Resource<VolumeSpec, VolumeStatus> volume, boolean low, VolumeUsage usage) {
    VolumeStatus before = volume.status();
    // Of one that was just adopted nobody knows here what was told of it before.
    boolean adopted = before != null && before.madeAt() != null && before.mountPath() == null;
    boolean same = low == Conditions.isTrue(volume.conditions(), VolumeStatus.SPACE_LOW);
    if (same && (low || !adopted)) {
      return Optional.empty();
    }
    String name = volume.name().value();
    UUID pool = Objects.requireNonNull(volume.parent());
    return Optional.of(
        low
            ? new StorageFact.VolumeSpaceLow(
                volume.uid(), name, volume.node(), pool, usage.used(), usage.limit().orElseThrow())
            : new StorageFact.VolumeSpaceRegained(
                volume.uid(), name, volume.node(), pool, usage.used()));
  }

  /** What came of it, and whether anything was changed on the disk that has to be made durable. */
  private static final class Work {
    boolean changed;
    Optional<Refusal> quota = Optional.empty();
    boolean hides;

    void note(boolean change) {
      changed |= change;
    }
  }

  private io.homecloud.storage.Outcome<Change> make(
      Resource<VolumeSpec, VolumeStatus> volume, MountedPool pool, VolumeId id, Work work) {
    VolumeSettings settings = volume.spec().settings();
    boolean known = volume.status() != null && volume.status().madeAt() != null;
    if (known) {
      var configured = backend.configure(pool, id, settings);
      work.quota = configured.refusal().filter(VolumeReconciler::ofItsQuota);
      if (work.quota.isPresent()) {
        // Its files are there all the same, and whoever is to make room needs them.
        work.note(true);
        return new io.homecloud.storage.Outcome.Done<>(Change.MADE);
      }
      return configured.then(change -> {
        work.note(change == Change.MADE);
        return new io.homecloud.storage.Outcome.Done<>(change);
      });
    }
    work.note(true);
    VolumeSpec.Source source = volume.spec().source();
    var made =
        source == null
            ? backend.create(pool, id, settings)
            : backend.clone(pool, place(source), id, settings);
    return made.then(_ -> new io.homecloud.storage.Outcome.Done<>(Change.MADE));
  }

  /** What it was to start with may have gone before it was made, and may never come back. */
  private Refusal explained(Resource<VolumeSpec, VolumeStatus> volume, Refusal why) {
    VolumeSpec.Source source = volume.spec().source();
    boolean made = volume.status() != null && volume.status().madeAt() != null;
    boolean gone =
        why.error() == StorageError.VOLUME_NOT_FOUND
            || why.error() == StorageError.SNAPSHOT_NOT_FOUND;
    if (source == null || made || !gone) {
      return why;
    }
    UUID snapshot = source.snapshot();
    Optional<String> original = snapshot == null ? inTrash(source.volume()) : notOnPool(snapshot);
    return new Refusal(
        why.error(),
        original.orElse("What it is to be a copy of was deleted before that was made; delete it."));
  }

  private Optional<String> inTrash(UUID volume) {
    return store
        .find(StorageKinds.TRASH, volume)
        .filter(entry -> !entry.deleting())
        .map(entry ->
            "Volume %s, which it is to be a copy of, went to the trash before that was made. POST /api/storage/v1/trash/%s/restore, and it is made within minutes; or delete it."
                .formatted(entry.spec().volume(), entry.name()));
  }

  private Optional<String> notOnPool(UUID snapshot) {
    return store
        .find(StorageKinds.SNAPSHOT, snapshot)
        .map(row ->
            "Snapshot %s, which it is to be a copy of, is not on its pool; its conditions say why."
                .formatted(row.name()));
  }

  private static boolean ofItsQuota(Refusal why) {
    return why.error() == StorageError.QUOTA_BELOW_USED
        || why.error() == StorageError.QUOTA_UNKNOWN;
  }

  private static Place place(VolumeSpec.Source source) {
    VolumeId of = new VolumeId(source.volume());
    UUID snapshot = source.snapshot();
    return snapshot == null ? new Place.Live(of) : new Place.Snapshot(of, new SnapshotId(snapshot));
  }

  private static List<Fact> facts(Resource<VolumeSpec, VolumeStatus> volume, Path target) {
    UUID pool = Objects.requireNonNull(volume.parent());
    String name = volume.name().value();
    String owner = Owner.text(volume.spec().owner());
    VolumeStatus before = volume.status();
    if (before == null || before.madeAt() == null) {
      return List.of(
          new StorageFact.VolumeCreated(
              volume.uid(), name, volume.node(), pool, target.toString(), owner));
    }
    return volume.ready()
        ? List.of()
        : List.of(
            new StorageFact.VolumeChanged(
                volume.uid(), name, volume.node(), pool, target.toString(), owner));
  }

  private static List<Fact> unavailable(Resource<VolumeSpec, VolumeStatus> volume) {
    return Conditions.isTrue(volume.conditions(), Condition.READY)
        ? List.of(
            new StorageFact.VolumeUnavailable(
                volume.uid(),
                volume.name().value(),
                volume.node(),
                Objects.requireNonNull(volume.parent()),
                POOL_NOT_READY,
                NOT_MOUNTED))
        : List.of();
  }

  private Outcome<VolumeStatus> trash(Resource<VolumeSpec, VolumeStatus> volume, MountedPool pool) {
    VolumeId id = new VolumeId(volume.uid());
    Path target = root.resolve(volume.name().value());
    boolean made = volume.status() != null && volume.status().madeAt() != null;
    if (!made
        && backend.info(pool, new Place.Live(id)).isEmpty()
        && backend.info(pool, new Place.Trashed(id)).isEmpty()) {
      records.remove(pool, StorageKinds.VOLUME.name(), volume.uid());
      // Its counter is made before it is.
      backend.forget(pool, id);
      return new Outcome.Gone<>(List.of());
    }
    var moved = backend.unmount(pool, id, target).then(_ -> backend.moveToTrash(pool, id));
    if (moved instanceof io.homecloud.storage.Outcome.Refused<Change>(Refusal why)) {
      return new Outcome.Retry<>(statuses.refused(volume, why));
    }
    backend.commit(pool);
    store.useTransaction(transaction -> become(transaction, volume));
    return new Outcome.Written<>();
  }

  private boolean isInTrash(MountedPool pool, VolumeId id) {
    return backend.info(pool, new Place.Live(id)).isEmpty()
        && backend.info(pool, new Place.Trashed(id)).isPresent();
  }

  /**
   * Its row is of an older database, and the pool tells what is true. The time that it is kept
   * begins anew: nobody has seen it in the trash until now.
   */
  private Outcome<VolumeStatus> found(Resource<VolumeSpec, VolumeStatus> volume) {
    LOG.warnf("%s is in the trash of its pool: it is no volume", volume.uid());
    store.useTransaction(transaction ->
        store
            .lock(transaction.handle(), StorageKinds.VOLUME, volume.uid())
            .ifPresent(row -> become(transaction, row)));
    return new Outcome.Written<>();
  }

  private void become(Transaction transaction, Resource<VolumeSpec, VolumeStatus> volume) {
    TrashSpec entry =
        new TrashSpec(volume.name(), volume.spec(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
    Name name = new Name(volume.uid().toString());
    store.become(transaction, volume.uid(), StorageKinds.TRASH, name, entry, null);
    store.tell(
        transaction,
        new StorageFact.VolumeTrashed(
            volume.uid(),
            volume.name().value(),
            volume.node(),
            Objects.requireNonNull(volume.parent())));
  }

  /** It stays on its pool with its snapshots, noted there as let go of; nothing here knows it. */
  private Outcome<VolumeStatus> release(
      Resource<VolumeSpec, VolumeStatus> volume, MountedPool pool) {
    VolumeId id = new VolumeId(volume.uid());
    Path target = root.resolve(volume.name().value());
    if (backend.unmount(pool, id, target)
        instanceof io.homecloud.storage.Outcome.Refused<Change>(Refusal why)) {
      return new Outcome.Retry<>(statuses.refused(volume, why));
    }
    if (records.release(pool, volume)) {
      backend.commit(pool);
    }
    store.useTransaction(transaction -> {
      store.tell(
          transaction,
          new StorageFact.VolumeUnavailable(
              volume.uid(),
              volume.name().value(),
              volume.node(),
              pool.id().value(),
              "Released",
              "It was let go of, and stays on its pool."));
      store.removeTree(transaction, volume.uid());
    });
    return new Outcome.Written<>();
  }
}
