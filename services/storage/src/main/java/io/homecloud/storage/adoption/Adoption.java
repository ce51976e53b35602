package io.homecloud.storage.adoption;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceBatch;
import io.homecloud.control.resource.Status;
import io.homecloud.events.database.Transaction;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.adoption.Arrivals.Taken;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Findings;
import io.homecloud.storage.schedule.ScheduledSnapshots;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.volume.PoolContents;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * One adoption of what is on a pool, in the order in which things live in each other, within one
 * transaction: a crash leaves nothing of it, and the pool is found again.
 */
final class Adoption {
  private static final int MOST_SCHEDULES = 10_000;
  private static final int MOST_NAMED = 5;

  private final Transaction transaction;
  private final ResourceBatch rows;
  private final Inventory inventory;
  private final CatalogueReader catalogue;
  private final PoolContents contents;
  private final Findings findings;

  /** Names of the volumes that are in, the trashed ones included, for what belongs to them. */
  private final Map<UUID, Name> volumes = new HashMap<>();

  private final Map<String, Instant> lastRuns = new HashMap<>();

  Adoption(
      Transaction transaction,
      ResourceBatch rows,
      Inventory inventory,
      CatalogueReader catalogue,
      PoolContents contents,
      Findings findings) {
    this.transaction = transaction;
    this.rows = rows;
    this.inventory = inventory;
    this.catalogue = catalogue;
    this.contents = contents;
    this.findings = findings;
  }

  /**
   * @param pool its name here
   * @param root where it will be mounted
   * @param taken what becomes of volumes whose names are taken
   */
  void run(Name pool, Path root, Taken taken) {
    Taken freely = new Taken.GivenUp(Optional.of(pool));
    beside();
    contents.strangers().forEach(path -> findings.add(path + " is none of ours, it is left alone"));
    volumes(pool, taken);
    trash(pool);
    Set<UUID> found = snapshots(root, freely, (_, _) -> {});
    schedules(freely);
    missing(StorageKinds.VOLUME, uid -> is(contents.volumes(), uid) || is(contents.trashed(), uid));
    missing(StorageKinds.TRASH, uid -> is(contents.volumes(), uid) || is(contents.trashed(), uid));
    missing(StorageKinds.SNAPSHOT, found::contains);
  }

  /** Somebody who adopts a disk for its files must not take them for lost. */
  private void beside() {
    List<String> names = contents.beside();
    if (!names.isEmpty()) {
      findings.add(
          "files at its top are in no volume and not shown; to have them, export the pool and"
              + " import its disk into a volume of another one: "
              + String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())))
              + (names.size() > MOST_NAMED ? " and more" : ""));
    }
  }

  /**
   * The snapshots alone of a volume that is here already.
   *
   * @param called the name of the volume
   * @param pool goes before names that somebody else has
   * @return those that are in
   */
  Set<UUID> snapshots(VolumeId volume, Name called, Name pool, Path root) {
    Set<UUID> arrived = new HashSet<>();
    volumes.put(volume.value(), called);
    snapshots(root, new Taken.GivenUp(Optional.of(pool)), (uid, _) -> arrived.add(uid));
    return arrived;
  }

  private static boolean is(Set<VolumeId> volumes, UUID uid) {
    return volumes.contains(new VolumeId(uid));
  }

  private <S, T extends Status> Arrivals<S, T> arrivals(
      Kind<S, T> kind, Taken taken, BiConsumer<UUID, Name> arrived) {
    return new Arrivals<>(kind, new Arrivals.Place(transaction, rows, findings), taken, arrived);
  }

  private void volumes(Name pool, Taken taken) {
    var arrivals = arrivals(StorageKinds.VOLUME, taken, volumes::put);
    contents.volumes().forEach(id -> inventory.volume(id, pool).ifPresent(arrivals::add));
    arrivals.finish();
  }

  /** Entries are called by their uid; what people called the volume is in the spec. */
  private void trash(Name pool) {
    Map<UUID, Name> called = new HashMap<>();
    var arrivals =
        arrivals(
            StorageKinds.TRASH,
            new Taken.GivenUp(Optional.empty()),
            (uid, _) -> volumes.put(uid, Objects.requireNonNull(called.get(uid))));
    for (VolumeId id : contents.trashed()) {
      inventory
          .trash(id, pool)
          .ifPresent(entry -> {
            called.put(entry.uid(), entry.spec().volume());
            arrivals.add(entry);
          });
    }
    arrivals.finish();
  }

  private Set<UUID> snapshots(Path root, Taken taken, BiConsumer<UUID, Name> arrived) {
    Set<UUID> found = new HashSet<>();
    var arrivals = arrivals(StorageKinds.SNAPSHOT, taken, arrived);
    contents
        .snapshots()
        .forEach((volume, snapshots) -> {
          Name called = volumes.get(volume.value());
          if (called == null) {
            findings.add("there are snapshots of volume " + volume + ", which is not there itself");
          }
          for (SnapshotId id : snapshots) {
            if (id.equals(SnapshotId.passing(volume))) {
              continue; // it goes when its volume is brought up
            }
            found.add(id.value());
            if (called != null) {
              inventory
                  .snapshot(volume, called, id, root)
                  .ifPresent(snapshot -> {
                    noteRun(snapshot);
                    arrivals.add(snapshot);
                  });
            }
          }
        });
    arrivals.finish();
    return found;
  }

  /** The newest snapshot of a schedule is from its last run. */
  private void noteRun(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    String schedule = snapshot.metadata().labels().get(ScheduledSnapshots.LABEL);
    SnapshotStatus status = snapshot.status();
    if (schedule == null || status == null || status.createdAt() == null) {
      return;
    }
    lastRuns.merge(schedule, status.createdAt(), (a, b) -> a.isAfter(b) ? a : b);
  }

  private void schedules(Taken taken) {
    var arrivals = arrivals(StorageKinds.SCHEDULE, taken, (_, _) -> {});
    int[] count = {0};
    catalogue.each(
        StorageKinds.SCHEDULE,
        uid -> {
          if (++count[0] > MOST_SCHEDULES) {
            return;
          }
          catalogue
              .read(StorageKinds.SCHEDULE, uid)
              .ifPresent(note -> {
                UUID volume = note.parent().orElse(uid);
                Name called = volumes.get(volume);
                if (called == null) {
                  findings.add("schedule " + note.name() + " is for a volume that is not there");
                } else {
                  inventory
                      .schedule(note, new VolumeId(volume), called, lastRuns.get(uid.toString()))
                      .ifPresent(arrivals::add);
                }
              });
        });
    if (count[0] > MOST_SCHEDULES) {
      findings.add("there are more than " + MOST_SCHEDULES + " schedules");
    }
    arrivals.finish();
  }

  private void missing(Kind<?, ?> kind, Predicate<UUID> there) {
    catalogue.each(
        kind,
        uid -> {
          if (!there.test(uid)) {
            findings.add(kind.name() + " " + uid + " is noted and not on the pool");
          }
        });
  }
}
