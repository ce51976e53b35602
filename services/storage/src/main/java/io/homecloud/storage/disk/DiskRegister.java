package io.homecloud.storage.disk;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.ResourceStore.Wish;
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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
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
    Map<String, Resource<DiskSpec, DiskStatus>> known = rows();
    known.values().removeIf(DiskRegister::away);
    return known;
  }

  private Map<String, Resource<DiskSpec, DiskStatus>> rows() {
    Map<String, Resource<DiskSpec, DiskStatus>> rows = new HashMap<>();
    store.all(StorageKinds.DISK, Selection.on(node)).forEach(row -> rows.put(row.spec().id(), row));
    return rows;
  }

  private static boolean away(Resource<DiskSpec, DiskStatus> row) {
    return row.status() != null && row.status().away();
  }

  Optional<Resource<DiskSpec, DiskStatus>> find(DiskId id) {
    return store.find(StorageKinds.DISK, DiskKey.of(node, id.value()));
  }

  /**
   * Writes down and tells whatever differs from the disks that are there.
   *
   * @param disks asked when it is its turn: what another caller saw later is not undone
   */
  synchronized void agree(Supplier<List<Disk>> disks) {
    Map<String, Resource<DiskSpec, DiskStatus>> left = rows();
    for (Disk disk : disks.get()) {
      Resource<DiskSpec, DiskStatus> row = left.remove(disk.id().value());
      if (row == null) {
        attached(disk);
      } else {
        there(disk, row);
      }
    }
    left.values().stream().filter(row -> !away(row)).forEach(this::detached);
  }

  private void attached(Disk disk) {
    UUID uid = DiskKey.of(node, disk.id().value());
    DiskStatus status = status(disk, null, 1, List.of());
    DiskSpec spec = new DiskSpec(disk.id().value());
    store.useTransaction(transaction -> {
      store.create(
          transaction,
          StorageKinds.DISK,
          new Draft<>(uid, new Name(uid.toString()), node, null, Map.of(), spec, SUBJECT));
      store.observe(transaction, uid, status, List.of(told(disk, status)));
    });
  }

  /** Again when somebody notes something of it meanwhile. */
  private void there(Disk disk, Resource<DiskSpec, DiskStatus> seen) {
    Optional<Resource<DiskSpec, DiskStatus>> row = Optional.of(seen);
    while (row.isPresent() && !there(row.get(), status(disk, row.get()), disk)) {
      row = find(disk.id());
    }
  }

  private boolean there(Resource<DiskSpec, DiskStatus> row, DiskStatus status, Disk disk) {
    return store.observe(row, status, away(row) ? List.of(told(disk, status)) : List.of());
  }

  private StorageFact told(Disk disk, DiskStatus status) {
    return new StorageFact.DiskAttached(
        DiskKey.of(node, disk.id().value()),
        disk.id().value(),
        node,
        disk.size(),
        disk.model().isEmpty() ? null : disk.model(),
        status.content(),
        status.poolUid() == null ? null : status.poolUid().toString());
  }

  /** One of which people noted something is remembered until it comes back. */
  private void detached(Resource<DiskSpec, DiskStatus> seen) {
    store.useTransaction(transaction -> {
      Optional<Resource<DiskSpec, DiskStatus>> row =
          store.lock(transaction.handle(), StorageKinds.DISK, seen.uid());
      if (row.isEmpty()) {
        return;
      }
      List<StorageFact> told =
          List.of(new StorageFact.DiskDetached(seen.uid(), seen.spec().id(), node));
      DiskStatus status = row.get().status();
      if (status != null && noted(row.get())) {
        store.observe(transaction, seen.uid(), status.unplugged(), told);
      } else {
        store.remove(transaction, seen.uid(), told);
      }
    });
  }

  private static boolean noted(Resource<DiskSpec, DiskStatus> row) {
    return row.spec().displayName() != null || !row.metadata().labels().isEmpty();
  }

  /**
   * Changes what people noted of a disk that is there.
   *
   * @param change from what is noted now; may throw a problem
   * @param subject who asks
   */
  void note(DiskId id, UnaryOperator<DiskNote> change, String subject) {
    var _ =
        store.change(
            StorageKinds.DISK,
            new Name(DiskKey.of(node, id.value()).toString()),
            Optional.empty(),
            row -> {
              DiskNote before = new DiskNote(row.spec().displayName(), row.metadata().labels());
              DiskNote note = change.apply(before);
              return new Wish<>(
                  note.equals(before)
                      ? row.spec()
                      : new DiskSpec(
                          row.spec().id(),
                          note.displayName(),
                          subject,
                          clock.instant().truncatedTo(ChronoUnit.SECONDS)),
                  note.labels());
            });
  }

  /**
   * Writes down what a disk said of its health; that it fails is told once, and so is that it is
   * suspect.
   *
   * @return whether it fails now and did not before, or the other way round
   */
  boolean checked(Disk disk, HealthReading reading) {
    Checkup checkup = Checkup.of(reading, clock.instant().truncatedTo(ChronoUnit.SECONDS));
    // One that was unplugged meanwhile is not brought back by what it said before.
    Optional<Resource<DiskSpec, DiskStatus>> found = find(disk.id()).filter(one -> !away(one));
    while (found.isPresent()) {
      Resource<DiskSpec, DiskStatus> row = found.get();
      List<Condition> conditions = conditions(row, checkup);
      DiskStatus status = status(disk, checkup, row.metadata().generation(), conditions);
      if (store.observe(row, status, told(row, disk, conditions, checkup))) {
        return fails(conditions) != fails(row.conditions());
      }
      found = find(disk.id()).filter(one -> !away(one));
    }
    return false;
  }

  private List<Fact> told(
      Resource<DiskSpec, DiskStatus> row, Disk disk, List<Condition> now, Checkup checkup) {
    List<Condition> before = row.conditions();
    if (fails(before)) {
      return List.of();
    }
    String id = disk.id().value();
    String reason = sentence(checkup);
    if (fails(now)) {
      return List.of(new StorageFact.DiskFailing(row.uid(), id, node, reason));
    }
    return suspect(now) && !suspect(before)
        ? List.of(new StorageFact.DiskSuspect(row.uid(), id, node, reason))
        : List.of();
  }

  private static boolean fails(List<Condition> conditions) {
    return Conditions.isTrue(conditions, DiskStatus.FAILING);
  }

  private static boolean suspect(List<Condition> conditions) {
    return Conditions.find(conditions, DiskStatus.FAILING)
        .filter(condition -> condition.reason().equals(Checkup.Result.Suspect.name()))
        .isPresent();
  }

  private static String sentence(Checkup checkup) {
    return String.join(", ", checkup.reasons());
  }

  private List<Condition> conditions(Resource<DiskSpec, DiskStatus> row, Checkup checkup) {
    Truth failing =
        switch (checkup.result()) {
          case Healthy, Suspect -> Truth.False;
          case Failing -> Truth.True;
          case Asleep, Unsupported, Unreadable -> Truth.Unknown;
        };
    // A disk that does not answer any more, or sleeps, has not become well by that.
    boolean stays =
        failing == Truth.Unknown && (fails(row.conditions()) || suspect(row.conditions()));
    return stays
        ? row.conditions()
        : new Conditions(row.conditions(), row.metadata().generation(), clock)
            .set(DiskStatus.FAILING, failing, checkup.result().name(), sentence(checkup))
            .build();
  }

  private static DiskStatus status(Disk disk, Resource<DiskSpec, DiskStatus> row) {
    Checkup checkup = row.status() == null ? null : row.status().checkup();
    return status(disk, checkup, row.metadata().generation(), row.conditions());
  }

  private static DiskStatus status(
      Disk disk, @Nullable Checkup checkup, long generation, List<Condition> conditions) {
    return new DiskStatus(
        disk.node().toString(),
        disk.size(),
        disk.content().sentence(),
        disk.content() instanceof DiskContent.BtrfsMember(UUID fsid, _, _) ? fsid : null,
        checkup,
        false,
        generation,
        conditions);
  }
}
