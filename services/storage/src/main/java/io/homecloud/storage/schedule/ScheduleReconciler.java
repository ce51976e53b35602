package io.homecloud.storage.schedule;

import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.schedule.CronTime;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.PoolRecords;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.volume.VolumeBackend;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs schedules. The loop's own timer wakes it at the next due time; a run that was missed,
 * because nobody was there, is made up for once. Due times are counted from the last run, so a
 * crash repeats none.
 */
public final class ScheduleReconciler implements Reconciler<ScheduleSpec, ScheduleStatus> {
  /** The wall clock may be set meanwhile, which a timer does not see. */
  private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

  /** As long as the newest snapshot is not taken, this says so. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  private final ResourceStore store;
  private final ScheduledSnapshots snapshots;
  private final NotedSchedules noted;
  private final VolumeBackend backend;
  private final PoolRecords records;
  private final MountedPools pools;
  private final PlausibleClock clock;

  ScheduleReconciler(
      ResourceStore store,
      ScheduledSnapshots snapshots,
      NotedSchedules noted,
      VolumeBackend backend,
      PoolRecords records,
      MountedPools pools,
      PlausibleClock clock) {
    this.store = store;
    this.snapshots = snapshots;
    this.noted = noted;
    this.backend = backend;
    this.records = records;
    this.pools = pools;
    this.clock = clock;
  }

  @Override
  public Kind<ScheduleSpec, ScheduleStatus> kind() {
    return StorageKinds.SCHEDULE;
  }

  @Override
  public Outcome<ScheduleStatus> reconcile(Resource<ScheduleSpec, ScheduleStatus> schedule) {
    if (schedule.deleting()) {
      return delete(schedule);
    }
    Optional<MountedPool> pool =
        Optional.ofNullable(schedule.parent())
            .flatMap(volume -> store.find(StorageKinds.VOLUME, volume))
            .flatMap(volume -> pools.find(volume.parent()));
    Instant now = clock.instant();
    Instant last = last(schedule, now);
    if (pool.isPresent()) {
      switch (noted.look(pool.get(), schedule)) {
        case NotedSchedules.Found.Nothing() -> note(schedule, pool.get());
        case NotedSchedules.Found.TakenOver() -> {
          return new Outcome.Written<>();
        }
        case NotedSchedules.Found.Doubt(String why) -> {
          return new Outcome.Settled<>(
              status(
                  schedule,
                  last,
                  lastName(schedule),
                  null,
                  conditions -> conditions.notReady("DatabaseOlder", why)),
              List.of());
        }
      }
    }
    CronTime times = ScheduleTimes.of(schedule.spec(), schedule.uid());
    if (schedule.spec().suspended() || pool.isEmpty()) {
      return new Outcome.Settled<>(
          status(
              schedule,
              last,
              lastName(schedule),
              null,
              conditions ->
                  pool.isEmpty()
                      ? conditions.notReady("VolumeNotReady", "Its volume is not there now.")
                      : conditions.notReady(
                          "Suspended", "Nothing is taken or deleted while it is suspended.")),
          List.of());
    }
    Optional<Instant> due = times.next(last);
    String name = lastName(schedule);
    if (due.isPresent() && !due.get().isAfter(now)) {
      last = newestDue(times, due.get(), now);
      name = snapshots.take(schedule, last, name).value();
    }
    snapshots.prune(schedule, times.zone());
    Instant next = times.next(now).orElse(null);
    var waiting = snapshots.waiting(schedule, name);
    ScheduleStatus status =
        status(
            schedule,
            last,
            name,
            next,
            conditions ->
                waiting
                    .flatMap(ScheduledSnapshots::why)
                    .map(why -> conditions.notReady("SnapshotNotTaken", why))
                    .orElseGet(conditions::ready));
    if (next == null && waiting.isEmpty()) {
      return new Outcome.Settled<>(status, List.of());
    }
    Duration sleep = next == null ? LONGEST_SLEEP : sleep(Duration.between(clock.instant(), next));
    return new Outcome.LookAgain<>(
        status,
        List.of(),
        waiting.isPresent() && sleep.compareTo(LOOK_AGAIN) > 0 ? LOOK_AGAIN : sleep);
  }

  private void note(Resource<ScheduleSpec, ScheduleStatus> schedule, MountedPool pool) {
    if (records.put(pool, schedule)) {
      backend.commit(pool);
    }
  }

  /**
   * Its note goes with it, also of a volume that is in the trash, or from a pool that is away now:
   * otherwise an adoption would bring it back, and it would delete what was to be kept.
   */
  private Outcome<ScheduleStatus> delete(Resource<ScheduleSpec, ScheduleStatus> schedule) {
    Optional<UUID> of =
        Optional.ofNullable(schedule.parent())
            .flatMap(volume ->
                store
                    .find(StorageKinds.VOLUME, volume)
                    .map(Resource::parent)
                    .or(() -> store.find(StorageKinds.TRASH, volume).map(Resource::parent)));
    Optional<MountedPool> pool = of.flatMap(pools::find);
    if (pool.isEmpty()
        && of.filter(uid -> store.find(StorageKinds.POOL, uid).isPresent()).isPresent()) {
      return new Outcome.LookAgain<>(
          status(
              schedule,
              last(schedule, clock.instant()),
              lastName(schedule),
              null,
              conditions ->
                  conditions.notReady(
                      "PoolNotReady", "It is deleted when the pool of its volume is there.")),
          List.of(),
          LOOK_AGAIN);
    }
    pool.ifPresent(here -> {
      if (records.remove(here, StorageKinds.SCHEDULE.name(), schedule.uid())) {
        backend.commit(here);
      }
    });
    return new Outcome.Gone<>(List.of());
  }

  /** Not counted up from the first one: the clock may have begun in 1970. */
  private static Instant newestDue(CronTime times, Instant due, Instant now) {
    return times.last(due, now).orElse(due);
  }

  private static Duration sleep(Duration until) {
    Duration atLeast = until.compareTo(Duration.ofMillis(50)) < 0 ? Duration.ofMillis(50) : until;
    return atLeast.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : atLeast;
  }

  private static Instant last(Resource<ScheduleSpec, ScheduleStatus> schedule, Instant now) {
    return PlausibleClock.notAhead(
        schedule.status() == null || schedule.status().lastRun() == null
            ? schedule.metadata().creationTimestamp()
            : schedule.status().lastRun(),
        now);
  }

  private static @Nullable String lastName(Resource<ScheduleSpec, ScheduleStatus> schedule) {
    return schedule.status() == null ? null : schedule.status().lastSnapshot();
  }

  private ScheduleStatus status(
      Resource<ScheduleSpec, ScheduleStatus> schedule,
      Instant last,
      @Nullable String name,
      @Nullable Instant next,
      UnaryOperator<Conditions> ready) {
    Conditions conditions =
        new Conditions(schedule.conditions(), schedule.metadata().generation(), clock.clock());
    clock.tell(conditions);
    return new ScheduleStatus(
        last.equals(schedule.metadata().creationTimestamp()) ? null : last,
        name,
        next,
        schedule.metadata().generation(),
        ready.apply(conditions).build());
  }
}
