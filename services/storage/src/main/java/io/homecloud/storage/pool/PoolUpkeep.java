package io.homecloud.storage.pool;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.schedule.CronTime;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskState;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskKey;
import io.homecloud.storage.disk.DiskStatus;
import io.homecloud.storage.pool.PoolStatusFactory.Ailing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Orders what a pool needs without anybody asking: scrubs, and what follows a missing disk. */
final class PoolUpkeep {
  private static final String SUBJECT = "storage";
  private static final int RECENT = 50;

  /** Pools of one machine do not all begin at once. */
  private static final Duration SPREAD = Duration.ofHours(1);

  /** As long as it may take after a scrub until the pool is looked at. */
  private static final Duration SCRUB_COUNTED = Duration.ofMinutes(10);

  private final ControlPlane plane;
  private final String scrubCron;
  private final PlausibleClock clock;

  /**
   * @param scrubCron when pools are scrubbed, empty for never
   * @throws IllegalArgumentException when nobody can read that
   */
  PoolUpkeep(ControlPlane plane, String scrubCron, PlausibleClock clock) {
    this.plane = plane;
    this.scrubCron = scrubCron.strip();
    this.clock = clock;
    if (!this.scrubCron.isEmpty()) {
      var _ = times(new UUID(0, 0));
    }
  }

  private CronTime times(UUID pool) {
    return new CronTime(scrubCron, ZoneId.systemDefault().getId(), SPREAD, pool);
  }

  /**
   * Orders the scrub that is due; one that was due while nobody was there is made up for once.
   *
   * @return when the next one is; null for never
   */
  @Nullable Instant scrub(Resource<PoolSpec, PoolStatus> pool) {
    if (scrubCron.isEmpty()) {
      return null;
    }
    Instant planned = pool.status() == null ? null : pool.status().nextScrub();
    if (!clock.plausible()) {
      return planned;
    }
    Instant now = clock.instant();
    Instant next = times(pool.uid()).next(now).orElse(null);
    if (planned != null && !planned.isAfter(now)) {
      order(PoolActions.SCRUB, pool, PoolActions.Parameters.NONE);
      return next;
    }
    boolean earlier = planned == null || (next != null && next.isBefore(planned));
    return earlier ? next : planned;
  }

  /**
   * A volume of the pool, in use or in the trash, whose files have no checksums; empty when there
   * is none. Of those the file system cannot tell old bytes from new ones.
   */
  Optional<Name> withoutChecksums(UUID pool) {
    Selection inside = Selection.in(pool);
    return Stream.concat(
            plane.resources().all(StorageKinds.VOLUME, inside).stream()
                .filter(volume -> volume.spec().noCow())
                .map(Resource::name),
            plane.resources().all(StorageKinds.TRASH, inside).stream()
                .filter(entry -> entry.spec().spec().noCow())
                .map(entry -> entry.spec().volume()))
        .findFirst();
  }

  /** A member that says of itself that it fails, whatever it did so far; empty when none does. */
  Optional<Ailing> ailing(PoolState state, List<Disk> members) {
    return state.devices().stream()
        .flatMap(device ->
            members.stream()
                .filter(disk -> device.path().filter(disk.node()::equals).isPresent())
                .flatMap(disk -> says(disk).stream())
                .map(says -> new Ailing(device, says)))
        .findFirst();
  }

  private Optional<String> says(Disk disk) {
    return plane
        .resources()
        .find(StorageKinds.DISK, DiskKey.of(plane.node(), disk.id().value()))
        .flatMap(row -> Conditions.find(row.conditions(), DiskStatus.FAILING))
        .filter(failing -> failing.status() == Condition.Truth.True)
        .map(Condition::message);
  }

  /** Whether anything is kept in fewer copies than wished, as after a time with a disk missing. */
  static boolean copiesMissing(PoolSpec spec, PoolUsage usage) {
    return usage.groups().stream()
        .filter(group -> group.used() > 0)
        .anyMatch(group ->
            switch (group.kind()) {
              case DATA, MIXED -> fewer(group.profile(), spec.dataProfile());
              case METADATA, SYSTEM -> fewer(group.profile(), spec.metadataProfile());
            });
  }

  private static boolean fewer(String is, @Nullable Profile wished) {
    try {
      return wished != null && Profile.parse(is).mayFail() < wished.mayFail();
    } catch (IllegalArgumentException foreign) {
      return false;
    }
  }

  /**
   * Orders what brings all copies back, after the disks are all there again: a conversion of what
   * was written with too few, and a scrub when a disk came back that has missed writes. And a scrub
   * when somebody's reading met the first wrong blocks of a disk: it mends what can be mended, and
   * names what cannot.
   */
  void mend(Resource<PoolSpec, PoolStatus> pool, PoolState state, PoolStatus now) {
    PoolStatus before = pool.status();
    if (before == null || state.degraded() || state.readOnly()) {
      return;
    }
    PoolSpec spec = pool.spec();
    if (lacksCopies(now) && state.running() == PoolState.Job.NONE && !tried(pool)) {
      order(
          PoolActions.CONVERT,
          pool,
          PoolActions.Parameters.converting(spec.dataProfile(), spec.metadataProfile()));
    }
    boolean complete =
        before.devices().stream()
            .filter(PoolStatus.Device::missing)
            .anyMatch(
                was -> now.devices().stream().anyMatch(is -> is.id() == was.id() && !is.missing()));
    if (complete && !replaced(pool)) {
      order(PoolActions.SCRUB, pool, PoolActions.Parameters.HEALING);
    }
    if (rots(before, now) && !scrubbed(pool)) {
      order(PoolActions.SCRUB, pool, PoolActions.Parameters.NONE);
    }
  }

  /**
   * Whether wrong blocks of a disk are counted now and none were before. Those that come later are
   * not scrubbed for, until the count is reset: whoever reads a damaged file each night would have
   * a scrub each night.
   */
  private static boolean rots(PoolStatus before, PoolStatus now) {
    return now.devices().stream()
        .filter(is -> is.wrong() > 0)
        .anyMatch(is ->
            before.devices().stream().anyMatch(was -> was.id() == is.id() && was.wrong() == 0));
  }

  /** A scrub counts what it meets as well, and has told it. */
  private boolean scrubbed(Resource<PoolSpec, PoolStatus> pool) {
    Instant lately = clock.instant().minus(SCRUB_COUNTED);
    return recent(pool)
        .filter(task -> task.action().equals(PoolActions.SCRUB))
        .anyMatch(task -> task.endedAt() == null || task.endedAt().isAfter(lately));
  }

  private static boolean lacksCopies(PoolStatus now) {
    return Conditions.find(now.conditions(), PoolStatus.DEGRADED)
        .filter(condition -> condition.reason().equals(PoolStatus.COPIES_MISSING))
        .isPresent();
  }

  /** Once by itself; after that somebody has to look why it did not work. */
  private boolean tried(Resource<PoolSpec, PoolStatus> pool) {
    return sinceDegraded(pool)
        .anyMatch(task ->
            task.action().equals(PoolActions.CONVERT) || task.action().equals(PoolActions.REPLACE));
  }

  /** Another disk has taken the place of the missing one, and was written whole. */
  private boolean replaced(Resource<PoolSpec, PoolStatus> pool) {
    return sinceDegraded(pool)
        .filter(task -> task.action().equals(PoolActions.REPLACE))
        .anyMatch(task -> task.state() == TaskState.Running || task.state() == TaskState.Completed);
  }

  private Stream<Task> sinceDegraded(Resource<PoolSpec, PoolStatus> pool) {
    Instant since =
        Conditions.find(pool.conditions(), PoolStatus.DEGRADED)
            .map(Condition::lastTransitionTime)
            .orElse(Instant.MAX);
    return recent(pool).filter(task -> !task.createdAt().isBefore(since));
  }

  private Stream<Task> recent(Resource<PoolSpec, PoolStatus> pool) {
    return plane
        .tasks()
        .list(Optional.empty(), Optional.of(pool.uid()), Optional.empty(), RECENT)
        .stream();
  }

  private void order(
      String action, Resource<PoolSpec, PoolStatus> pool, PoolActions.Parameters parameters) {
    if (plane.tasks().unfinished(pool.uid(), action).isEmpty()) {
      var _ = plane.tasks().add(PoolActions.order(action, pool, parameters, SUBJECT));
    }
  }
}
