package io.homecloud.storage.disk;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.events.Fact;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.StorageKinds;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of this node's disks from one start to the next: each coming and going is told
 * once, also one that happened while nobody was there.
 */
final class DiskRegister {
  private static final String SUBJECT = "storage";

  private final String node;
  private final ResourceStore store;
  private final Clock clock;

  DiskRegister(String node, ResourceStore store, Clock clock) {
    this.node = node;
    this.store = store;
    this.clock = clock;
  }

  /** Every disk of this node that was told and not told to be gone, by id. */
  Map<String, Resource<DiskSpec, DiskStatus>> known() {
    Map<String, Resource<DiskSpec, DiskStatus>> known = new HashMap<>();
    store
        .all(StorageKinds.DISK, Selection.on(node))
        .forEach(row -> known.put(row.spec().id(), row));
    return known;
  }

  Optional<Resource<DiskSpec, DiskStatus>> find(DiskId id) {
    return store.find(StorageKinds.DISK, DiskKey.of(node, id.value()));
  }

  /** Writes down and tells whatever differs from the disks that are there. */
  synchronized void agree(List<Disk> there) {
    Map<String, Resource<DiskSpec, DiskStatus>> left = known();
    for (Disk disk : there) {
      Resource<DiskSpec, DiskStatus> row = left.remove(disk.id().value());
      if (row == null) {
        attached(disk);
      } else {
        store.observe(row, status(disk, checkup(row), row.conditions()), List.of());
      }
    }
    left.values()
        .forEach(row ->
            store.remove(
                row.uid(),
                List.of(new StorageFact.DiskDetached(row.uid(), row.spec().id(), node))));
  }

  private void attached(Disk disk) {
    UUID uid = DiskKey.of(node, disk.id().value());
    DiskStatus status = status(disk, null, List.of());
    String pool = status.poolUid() == null ? null : status.poolUid().toString();
    StorageFact told =
        new StorageFact.DiskAttached(
            uid,
            disk.id().value(),
            node,
            disk.size(),
            disk.model().isEmpty() ? null : disk.model(),
            status.content(),
            pool);
    DiskSpec spec = new DiskSpec(disk.id().value());
    store.useTransaction(transaction -> {
      store.create(
          transaction,
          StorageKinds.DISK,
          new Draft<>(uid, new Name(uid.toString()), node, null, Map.of(), spec, SUBJECT));
      store.observe(transaction, uid, status, List.of(told));
    });
  }

  /** Writes down what a disk said of its health; that it fails is told once. */
  void checked(Disk disk, HealthReading reading) {
    Checkup checkup = Checkup.of(reading, clock.instant().truncatedTo(ChronoUnit.SECONDS));
    Optional<Resource<DiskSpec, DiskStatus>> row = find(disk.id());
    while (row.isPresent() && !checked(row.get(), disk, checkup)) {
      row = find(disk.id());
    }
  }

  private boolean checked(Resource<DiskSpec, DiskStatus> row, Disk disk, Checkup checkup) {
    List<Condition> conditions = conditions(row, checkup);
    boolean fails =
        Conditions.isTrue(conditions, DiskStatus.FAILING)
            && !Conditions.isTrue(row.conditions(), DiskStatus.FAILING);
    List<Fact> facts =
        fails
            ? List.of(
                new StorageFact.DiskFailing(
                    row.uid(), disk.id().value(), node, String.join(" ", checkup.reasons())))
            : List.of();
    return store.observe(row, status(disk, checkup, conditions), facts);
  }

  private List<Condition> conditions(Resource<DiskSpec, DiskStatus> row, Checkup checkup) {
    Truth failing =
        switch (checkup.result()) {
          case Healthy, Suspect -> Truth.False;
          case Failing -> Truth.True;
          case Asleep, Unsupported, Unreadable -> Truth.Unknown;
        };
    // A disk that does not answer any more has not become well by that.
    boolean stays =
        failing == Truth.Unknown && Conditions.isTrue(row.conditions(), DiskStatus.FAILING);
    return stays
        ? row.conditions()
        : new Conditions(row.conditions(), 1, clock)
            .set(
                DiskStatus.FAILING,
                failing,
                checkup.result().name(),
                String.join(" ", checkup.reasons()))
            .build();
  }

  private static @Nullable Checkup checkup(Resource<DiskSpec, DiskStatus> row) {
    return row.status() == null ? null : row.status().checkup();
  }

  private static DiskStatus status(
      Disk disk, @Nullable Checkup checkup, List<Condition> conditions) {
    return new DiskStatus(
        disk.node().toString(),
        disk.size(),
        disk.content().sentence(),
        disk.content() instanceof DiskContent.BtrfsMember(UUID fsid, _, _) ? fsid : null,
        checkup,
        1,
        conditions);
  }
}
