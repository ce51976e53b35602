package io.homecloud.storage.schedule;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Noted;
import io.homecloud.storage.pool.MountedPool;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Schedules as their pools know them. The database may be an older one: a schedule that has been
 * made to keep more since, or was deleted so that its snapshots stay, would delete them.
 */
final class NotedSchedules {
  private static final Logger LOG = Logger.getLogger(NotedSchedules.class);
  private static final String WISH_AGAIN =
      " The database may be of before. Nothing is taken or deleted: DELETE the schedule, or PATCH spec.suspended to true and then to false to go on as it is here.";

  private final ControlPlane plane;
  private final ScheduledSnapshots snapshots;

  NotedSchedules(ControlPlane plane, ScheduledSnapshots snapshots) {
    this.plane = plane;
    this.snapshots = snapshots;
  }

  /** What is noted of a schedule, compared with what is known here. */
  sealed interface Found {
    /** Nothing that is newer. */
    record Nothing() implements Found {}

    /** A later wish, which is the schedule's by now. */
    record TakenOver() implements Found {}

    /** Something else, and nobody can tell what was wished last; with a sentence for people. */
    record Doubt(String why) implements Found {}
  }

  Found look(MountedPool pool, Resource<ScheduleSpec, ScheduleStatus> schedule) {
    Optional<Noted<ScheduleSpec>> note =
        CatalogueReader.noted(pool, plane, StorageKinds.SCHEDULE, schedule.uid());
    long here = schedule.metadata().generation();
    boolean contradicts =
        note.isEmpty()
            ? wasNoted(schedule)
            : note.get().generation() >= here
                && !wish(note.get(), schedule).equals(schedule.spec());
    // A wish that is kept outside is not of the database; its generations are others too.
    if (!contradicts || plane.resources().kept(schedule.uid()).isPresent()) {
      return new Found.Nothing();
    }
    if (note.isEmpty()) {
      return new Found.Doubt(
          "It has run, and its pool knows nothing of it, as if it had been deleted." + WISH_AGAIN);
    }
    if (note.get().generation() == here || !usable(wish(note.get(), schedule), schedule)) {
      return new Found.Doubt("Its pool has another wish for it." + WISH_AGAIN);
    }
    takeOver(note.get(), schedule);
    return new Found.TakenOver();
  }

  /** It is noted before it takes its first snapshot. What is just wished is noted soon. */
  private boolean wasNoted(Resource<ScheduleSpec, ScheduleStatus> schedule) {
    ScheduleStatus status = schedule.status();
    return status != null
        && status.observedGeneration() == schedule.metadata().generation()
        && (status.lastRun() != null || snapshots.any(schedule));
  }

  /** The name of its volume may have become another without a new wish. */
  private static ScheduleSpec wish(
      Noted<ScheduleSpec> note, Resource<ScheduleSpec, ScheduleStatus> schedule) {
    ScheduleSpec noted = note.spec();
    return new ScheduleSpec(
        schedule.spec().volume(),
        noted.schedule(),
        noted.timeZone(),
        noted.jitter(),
        noted.retention(),
        noted.suspended());
  }

  private static boolean usable(
      ScheduleSpec spec, Resource<ScheduleSpec, ScheduleStatus> schedule) {
    try {
      var _ = ScheduleTimes.of(spec, schedule.uid());
      return true;
    } catch (IllegalArgumentException | NullPointerException e) {
      return false;
    }
  }

  private void takeOver(Noted<ScheduleSpec> note, Resource<ScheduleSpec, ScheduleStatus> schedule) {
    LOG.warnf(
        "schedule %s is wished otherwise on its pool, and later than this database knows",
        schedule.name());
    ResourceStore store = plane.resources();
    store.useTransaction(transaction ->
        store
            .lock(transaction.handle(), StorageKinds.SCHEDULE, schedule.uid())
            .filter(now -> !now.deleting())
            .filter(now -> now.metadata().generation() == schedule.metadata().generation())
            .ifPresent(now -> {
              var _ =
                  store.change(
                      StorageKinds.SCHEDULE,
                      now.name(),
                      Optional.empty(),
                      _ -> new Wish<>(wish(note, now), now.metadata().labels()));
            }));
  }
}
