package io.homecloud.storage.putback;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.putback.Ground.Site;
import io.homecloud.storage.snapshot.SnapshotFeature;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.snapshot.SnapshotUse;
import io.homecloud.storage.snapshot.change.PutBackReport;
import io.homecloud.storage.snapshot.change.SnapshotRollback;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts a whole volume back to a snapshot, in place. Each run first keeps the present: what clients
 * wrote between two runs is in no other snapshot.
 */
final class RollbackTask implements TaskHandler {
  static final String ACTION = SnapshotFeature.ROLLBACK;

  private final ControlPlane plane;
  private final Ground ground;
  private final KeptPresent present;
  private final Path scratch;

  RollbackTask(ControlPlane plane, Ground ground, KeptPresent present, Path scratch) {
    this.plane = plane;
    this.ground = ground;
    this.present = present;
    this.scratch = scratch;
  }

  /** What is to be done. */
  record Parameters(UUID snapshot, Name snapshotName) {}

  /**
   * What came of it.
   *
   * @param snapshot what the volume is like now
   * @param keptAs the snapshot of the volume as it was before: the way back
   * @param alsoKept what further runs kept, after the first was cut short
   * @param changed how many files and directories were touched; absent when it did not come to its
   *     end
   * @param left the first of the files that were left as they are, so that nobody loses what he is
   *     writing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Result(
      Name snapshot,
      @Nullable Name keptAs,
      List<Name> alsoKept,
      @Nullable Long changed,
      List<LeftView> left,
      long leftCount) {}

  @Override
  public String action() {
    return ACTION;
  }

  @Override
  public TaskResult run(Task task, TaskProgress progress) {
    Parameters parameters = Orders.read(plane, task, Parameters.class);
    // From its first change to its last, over all its runs, nobody sees it half done in a snapshot.
    try (SnapshotUse.Held _ = ground.changing(task)) {
      return ground.with(
          task, parameters.snapshot(), progress, site -> keepAndRollBack(site, task, progress));
    }
  }

  private TaskResult keepAndRollBack(Site site, Task task, TaskProgress progress) {
    int run = present.next(task);
    String why = "Before it was rolled back to " + site.snapshot().name();
    return switch (present.keep(site, task, run, why, progress)) {
      case Outcome.Refused<Resource<SnapshotSpec, SnapshotStatus>>(Refusal refusal)
          when refusal.error() == StorageError.CANCELLED ->
          stopped(site, task);
      case Outcome.Refused<Resource<SnapshotSpec, SnapshotStatus>>(Refusal refusal) ->
          new TaskResult.CouldNot(
              "The present could not be kept as a snapshot, so nothing was changed: "
                  + refusal.sentence());
      case Outcome.Done<Resource<SnapshotSpec, SnapshotStatus>>(var kept) ->
          rollBack(site, task, kept, progress);
    };
  }

  private TaskResult rollBack(
      Site site, Task task, Resource<SnapshotSpec, SnapshotStatus> now, TaskProgress progress) {
    try (SnapshotUse.Held _ = ground.reading(now.uid())) {
      Outcome<PutBackReport> outcome =
          new SnapshotRollback(scratch)
              .rollback(site.live(), site.of(now.uid()), site.wanted(), progress);
      return switch (outcome) {
        case Outcome.Done<PutBackReport>(PutBackReport report) -> done(site, task, now, report);
        case Outcome.Refused<PutBackReport>(Refusal why)
            when why.error() == StorageError.CANCELLED ->
            stopped(site, task);
        case Outcome.Refused<PutBackReport>(Refusal why) -> failed(task, now, why.sentence());
      };
    } catch (StorageFailure e) {
      return failed(task, now, String.valueOf(e.getMessage()));
    } finally {
      // Owner, mode and flags of its top directory are as wished, not as they were once.
      plane.wake(site.volume().uid());
    }
  }

  private TaskResult done(
      Site site, Task task, Resource<SnapshotSpec, SnapshotStatus> now, PutBackReport report) {
    return new TaskResult.Done(
        result(site, task, report),
        List.of(
            new StorageFact.VolumeRolledBack(
                site.volume().uid(),
                site.volume().name().value(),
                site.volume().node(),
                site.snapshot().uid(),
                oldest(task, now).uid())));
  }

  private TaskResult stopped(Site site, Task task) {
    return new TaskResult.Stopped(result(site, task, null));
  }

  private Result result(Site site, Task task, @Nullable PutBackReport report) {
    List<Name> kept =
        present.of(task).stream().filter(one -> !one.deleting()).map(Resource::name).toList();
    return new Result(
        site.snapshot().name(),
        kept.isEmpty() ? null : kept.getFirst(),
        kept.isEmpty() ? kept : kept.subList(1, kept.size()),
        report == null ? null : report.changed(),
        report == null ? List.of() : LeftView.of(report),
        report == null ? 0 : report.leftCount());
  }

  /** The volume as it was before the task's first run, unless somebody has deleted that. */
  private Resource<SnapshotSpec, SnapshotStatus> oldest(
      Task task, Resource<SnapshotSpec, SnapshotStatus> now) {
    List<Resource<SnapshotSpec, SnapshotStatus>> kept = present.of(task);
    return kept.isEmpty() ? now : kept.getFirst();
  }

  private TaskResult failed(
      Task task, Resource<SnapshotSpec, SnapshotStatus> now, String sentence) {
    Name kept = oldest(task, now).name();
    return new TaskResult.CouldNot(
        sentence
            + ". A part may be done. The volume as it was is kept as snapshot "
            + kept
            + ": roll back again to finish, or roll back to that one to undo it.");
  }
}
