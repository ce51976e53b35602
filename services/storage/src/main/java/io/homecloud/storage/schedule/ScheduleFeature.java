package io.homecloud.storage.schedule;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.snapshot.SnapshotFeature;
import java.time.Instant;
import java.util.List;

/** Schedules, assembled. */
public final class ScheduleFeature {
  private final ScheduleReconciler reconciler;
  private final ScheduledSnapshots snapshots;
  private final ResourceApi<ScheduleSpec, ScheduleStatus> api;

  public ScheduleFeature(
      ControlPlane plane, StorageNode node, MountedPools mounted, SnapshotFeature taken) {
    PlausibleClock clock = plane.plausibleClock();
    this.snapshots = new ScheduledSnapshots(plane.resources(), taken, clock);
    this.reconciler =
        new ScheduleReconciler(
            plane.resources(),
            snapshots,
            new NotedSchedules(plane, snapshots),
            node.volumes(),
            node.records(),
            mounted,
            clock);
    this.api =
        new ResourceApi<>(
            StorageKinds.SCHEDULE,
            StorageKinds.API + "/snapshot-schedules",
            new ScheduleAdmission(plane.resources()),
            plane.room());
  }

  public ScheduleReconciler reconciler() {
    return reconciler;
  }

  public ResourceApi<ScheduleSpec, ScheduleStatus> api() {
    return api;
  }

  /** One snapshot in a preview; {@code reasons} say why it stays, it goes when there are none. */
  public record Preview(Name snapshot, Instant at, boolean keep, List<String> reasons) {}

  /** What would stay and what would go if the schedule were pruned now, newest first. */
  public List<Preview> preview(Name name) {
    var schedule = api.require(name);
    return snapshots
        .judge(schedule, ScheduleTimes.of(schedule.spec(), schedule.uid()).zone())
        .stream()
        .map(verdict ->
            new Preview(
                verdict.copy().id(),
                verdict.copy().at(),
                verdict.keeps() || !verdict.copy().good(),
                verdict.copy().good() || verdict.keeps()
                    ? verdict.reasons()
                    : List.of("not ready yet")))
        .toList();
  }
}
