package io.homecloud.storage.schedule;

import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.schedule.Retention;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.snapshot.SnapshotFeature;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The snapshots of one schedule: known by their label, named after the time that they were due. */
public final class ScheduledSnapshots {
  /** Whose snapshots they are; the value is the schedule's uid. */
  public static final String LABEL = "homecloud.io/schedule";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int LONGEST_PREFIX = 45;
  private static final int MARK = 6;

  private static final Logger LOG = Logger.getLogger(ScheduledSnapshots.class);

  private final ResourceStore store;
  private final SnapshotFeature snapshots;
  private final PlausibleClock clock;

  ScheduledSnapshots(ResourceStore store, SnapshotFeature snapshots, PlausibleClock clock) {
    this.store = store;
    this.snapshots = snapshots;
    this.clock = clock;
  }

  /**
   * Wishes for the snapshot of a due time; the uid is made of both, so that a repetition after a
   * crash is none. The one before is not wished for any more when it could not be taken until now:
   * taken later it would have the name of a time that it does not show, and a pool that is full for
   * a week would get a hundred of them at once.
   */
  Name take(Resource<ScheduleSpec, ScheduleStatus> schedule, Instant due, @Nullable String before) {
    UUID uid =
        UUID.nameUUIDFromBytes((schedule.uid() + " " + due).getBytes(StandardCharsets.UTF_8));
    waiting(schedule, before)
        .filter(snapshot -> !snapshot.uid().equals(uid))
        .ifPresent(snapshot -> letGo(snapshot.name(), ScheduledSnapshots::requireUntaken));
    return store
        .find(StorageKinds.SNAPSHOT, uid)
        .map(Resource::name)
        .orElseGet(() -> take(schedule, uid, name(schedule, due, uid)));
  }

  /** The schedule's snapshot of that name, if it is still to be taken. */
  Optional<Resource<SnapshotSpec, SnapshotStatus>> waiting(
      Resource<ScheduleSpec, ScheduleStatus> schedule, @Nullable String name) {
    return Optional.ofNullable(name)
        .flatMap(last -> store.find(StorageKinds.SNAPSHOT, new Name(last)))
        .filter(
            snapshot -> schedule.uid().toString().equals(snapshot.metadata().labels().get(LABEL)))
        .filter(snapshot -> !snapshot.deleting() && !isTaken(snapshot));
  }

  private static boolean isTaken(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    return snapshot.status() != null && snapshot.status().createdAt() != null;
  }

  private static void requireUntaken(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    if (isTaken(snapshot)) {
      throw StorageProblem.SNAPSHOT_BUSY.because("It was taken just now.");
    }
  }

  /** Why it is not taken yet; empty when nobody has tried. */
  static Optional<String> why(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    return Conditions.find(snapshot.conditions(), "Ready")
        .map(
            ready -> "Snapshot " + snapshot.name() + " could not be taken yet. " + ready.message());
  }

  private Name take(Resource<ScheduleSpec, ScheduleStatus> schedule, UUID uid, Name name) {
    return store
        .create(
            StorageKinds.SNAPSHOT,
            new ResourceStore.Draft<>(
                uid,
                name,
                schedule.node(),
                schedule.parent(),
                Map.of(LABEL, schedule.uid().toString()),
                new SnapshotSpec(schedule.spec().volume(), false, null),
                "schedule:" + schedule.name()))
        .name();
  }

  /** One that somebody has, as a schedule whose name begins the same, is told apart by the uid. */
  private Name name(Resource<ScheduleSpec, ScheduleStatus> schedule, Instant due, UUID uid) {
    String called = schedule.name().value();
    String prefix = called.substring(0, Math.min(LONGEST_PREFIX, called.length()));
    Name name = new Name(prefix + "-" + STAMP.format(due));
    return store.find(StorageKinds.SNAPSHOT, name).isEmpty()
        ? name
        : new Name(
            called.substring(0, Math.min(LONGEST_PREFIX - MARK, called.length()))
                + "-"
                + STAMP.format(due)
                + "-"
                + uid.toString().substring(0, MARK - 1));
  }

  /** Whether it has taken any that are known here. */
  boolean any(Resource<ScheduleSpec, ScheduleStatus> schedule) {
    return !store.list(StorageKinds.SNAPSHOT, of(schedule), "", 1).isEmpty();
  }

  private static Selection of(Resource<ScheduleSpec, ScheduleStatus> schedule) {
    return new Selection(
        Map.of(LABEL, schedule.uid().toString()),
        Optional.ofNullable(schedule.parent()),
        Optional.empty());
  }

  /** What the retention says of each snapshot of the schedule, newest first. */
  List<Retention.Verdict<Name>> judge(
      Resource<ScheduleSpec, ScheduleStatus> schedule, ZoneId zone) {
    Retention retention =
        Optional.ofNullable(schedule.spec().retention()).orElse(new Retention(0, 0, 0, 0, 0, 0));
    List<Retention.Copy<Name>> copies =
        store.all(StorageKinds.SNAPSHOT, of(schedule)).stream()
            .filter(snapshot -> !snapshot.deleting())
            .map(ScheduledSnapshots::copy)
            .toList();
    return retention.judge(copies, zone, clock.instant());
  }

  private static Retention.Copy<Name> copy(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    SnapshotStatus status = snapshot.status();
    Instant taken = status == null ? null : status.createdAt();
    return new Retention.Copy<>(
        snapshot.name(),
        taken == null ? snapshot.metadata().creationTimestamp() : taken,
        taken != null && snapshot.ready(),
        snapshot.spec().pinned());
  }

  /**
   * Asks for the deletion of what the retention does not keep; nothing while the clock cannot be
   * believed.
   */
  void prune(Resource<ScheduleSpec, ScheduleStatus> schedule, ZoneId zone) {
    if (!clock.plausible()) {
      return;
    }
    judge(schedule, zone).stream()
        // A snapshot that is not ready is being made, or could not be: a reconciler's business, not
        // a schedule's.
        .filter(verdict -> !verdict.keeps() && verdict.copy().good())
        .forEach(verdict -> letGo(verdict.copy().id(), snapshots::requireUnneeded));
  }

  /** Somebody may have pinned it, deleted it or begun to restore from it, since it was judged. */
  private void letGo(Name snapshot, Consumer<Resource<SnapshotSpec, SnapshotStatus>> lastLook) {
    try {
      var _ = store.requestDeletion(StorageKinds.SNAPSHOT, snapshot, Optional.empty(), lastLook);
    } catch (ProblemException e) {
      LOG.debugf("snapshot %s is not deleted: %s", snapshot, e.detail());
    }
  }
}
