package io.homecloud.storage.putback;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.putback.Ground.Site;
import io.homecloud.storage.snapshot.SnapshotFeature;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Keeps a volume as it is as a snapshot, before a job changes it. It is a snapshot like those that
 * people take: listed, noted on the disk, told as an event, and theirs to delete.
 */
final class KeptPresent {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int LONGEST_PREFIX = 35;

  /** A task is begun again by a start of the service, and seldom. */
  private static final int MOST_RUNS = 20;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final ControlPlane plane;

  KeptPresent(ControlPlane plane) {
    this.plane = plane;
  }

  /** What a task kept, of all its runs, the oldest first; somebody may have deleted some. */
  List<Resource<SnapshotSpec, SnapshotStatus>> of(Task task) {
    return List.copyOf(byRun(task).values());
  }

  /** The number of its next run: after all of which something is left. */
  int next(Task task) {
    var kept = byRun(task);
    return kept.isEmpty() ? 1 : kept.lastKey() + 1;
  }

  private SortedMap<Integer, Resource<SnapshotSpec, SnapshotStatus>> byRun(Task task) {
    SortedMap<Integer, Resource<SnapshotSpec, SnapshotStatus>> kept = new TreeMap<>();
    for (int run = 1; run <= MOST_RUNS; run++) {
      var found = plane.resources().find(StorageKinds.SNAPSHOT, uid(task, run));
      if (found.isPresent()) {
        kept.put(run, found.get());
      }
    }
    return kept;
  }

  /**
   * Keeps the present of a further run of the task.
   *
   * @param why for people: before what
   * @return refused when it cannot be taken; nothing is left of it then
   */
  Outcome<Resource<SnapshotSpec, SnapshotStatus>> keep(
      Site site, Task task, int run, String why, TaskProgress progress) {
    UUID uid = uid(task, run);
    if (plane.resources().find(StorageKinds.SNAPSHOT, uid).isEmpty()) {
      plane.resources().create(StorageKinds.SNAPSHOT, draft(site, task, uid, why));
    }
    while (true) {
      boolean _ = plane.waiters().await(uid, LOOK, () -> answer(uid).map(_ -> true), () -> false);
      Optional<Outcome<Resource<SnapshotSpec, SnapshotStatus>>> answer = answer(uid);
      if (answer.isPresent()) {
        answer.get().refusal().ifPresent(_ -> giveUp(uid));
        return answer.get();
      }
      if (progress.cancelled()) {
        giveUp(uid);
        return new Outcome.Refused<>(StorageError.CANCELLED, "asked to stop");
      }
    }
  }

  private ResourceStore.Draft<SnapshotSpec> draft(Site site, Task task, UUID uid, String why) {
    String volume = site.volume().name().value();
    Instant now = plane.clock().instant();
    String name =
        volume.substring(0, Math.min(LONGEST_PREFIX, volume.length()))
            + "-before-"
            + STAMP.format(now)
            + "-"
            + uid.toString().substring(0, 4);
    return new ResourceStore.Draft<>(
        uid,
        new Name(name),
        site.volume().node(),
        site.volume().uid(),
        Map.of(SnapshotFeature.BEFORE_TASK, task.id().toString()),
        new SnapshotSpec(site.volume().name(), false, why),
        task.createdBy());
  }

  private static UUID uid(Task task, int run) {
    return UUID.nameUUIDFromBytes((task.id() + " " + run).getBytes(StandardCharsets.UTF_8));
  }

  /** Empty while it is being taken. */
  private Optional<Outcome<Resource<SnapshotSpec, SnapshotStatus>>> answer(UUID uid) {
    var found = plane.resources().find(StorageKinds.SNAPSHOT, uid);
    if (found.isEmpty() || found.get().deleting()) {
      return Optional.of(
          new Outcome.Refused<>(StorageError.SNAPSHOT_NOT_FOUND, "it was deleted meanwhile"));
    }
    if (found.get().ready()) {
      return Optional.of(new Outcome.Done<>(found.get()));
    }
    return Conditions.find(found.get().conditions(), Condition.READY)
        .flatMap(condition ->
            error(condition.reason())
                .map(error -> new Outcome.Refused<>(error, condition.message())));
  }

  /** The errors of taking it; other reasons, as that its pool is not there, pass. */
  private static Optional<StorageError> error(String reason) {
    for (StorageError error : StorageError.values()) {
      if (error.word().equals(reason)) {
        return Optional.of(error);
      }
    }
    return Optional.empty();
  }

  private void giveUp(UUID uid) {
    plane
        .resources()
        .find(StorageKinds.SNAPSHOT, uid)
        .ifPresent(wish ->
            plane
                .resources()
                .requestDeletion(StorageKinds.SNAPSHOT, wish.name(), Optional.empty()));
  }
}
