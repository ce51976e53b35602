package io.homecloud.storage.putback;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.putback.Ground.Site;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.snapshot.SnapshotUse;
import io.homecloud.storage.snapshot.change.Existing;
import io.homecloud.storage.snapshot.change.PutBackReport;
import io.homecloud.storage.snapshot.change.SnapshotRestore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Fetches files and directories of a snapshot back into its volume. Before anything is replaced,
 * the present is kept as a snapshot.
 */
final class RestoreTask implements TaskHandler {
  static final String ACTION = "restore";

  private final ControlPlane plane;
  private final Ground ground;
  private final KeptPresent present;
  private final SnapshotRestore restore = new SnapshotRestore();

  RestoreTask(ControlPlane plane, Ground ground, KeptPresent present) {
    this.plane = plane;
    this.ground = ground;
    this.present = present;
  }

  /** One path of the snapshot and its place in the volume, both percent-encoded. */
  record Item(String from, String to) {
    RelativePath what() {
      return StorageProblem.require(FilePath.parse(from)).relative();
    }

    RelativePath where() {
      return StorageProblem.require(FilePath.parse(to)).relative();
    }
  }

  /** What is to be done. */
  record Parameters(UUID snapshot, Name snapshotName, List<Item> items, boolean replace) {
    Parameters {
      items = List.copyOf(items);
    }
  }

  /**
   * What came of it.
   *
   * @param restored how many files and directories came back; those that were there already as they
   *     are in the snapshot do not count
   * @param left the first of those that were left, because others are in their places, or somebody
   *     changed what was to be replaced after the present was kept
   * @param keptAs the snapshot of the volume as it was before, if anything was to be replaced
   * @param alsoKept what further runs kept, after the first was cut short
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Result(
      Name snapshot,
      long restored,
      List<LeftView> left,
      long leftCount,
      @Nullable Name keptAs,
      List<Name> alsoKept) {}

  @Override
  public String action() {
    return ACTION;
  }

  @Override
  public TaskResult run(Task task, TaskProgress progress) {
    Parameters parameters = Orders.read(plane, task, Parameters.class);
    return ground.with(
        task,
        parameters.snapshot(),
        progress,
        site -> {
          try {
            return keepAndRestore(site, task, parameters, progress);
          } catch (StorageFailure e) {
            return new TaskResult.CouldNot(e.getMessage() + ".");
          }
        });
  }

  private TaskResult keepAndRestore(
      Site site, Task task, Parameters parameters, TaskProgress progress) {
    if (!parameters.replace()) {
      // One restore at a time per pool, so what is left is of one that was killed.
      restore.sweep(site.live(), Existing.KEEP);
      return restore(site, parameters, List.of(), Existing.KEEP, progress);
    }
    // Each run keeps it: what was written since a run before this one is in no other snapshot.
    int run = present.next(task);
    String why = "Before files were restored from " + site.snapshot().name();
    return switch (present.keep(site, task, run, why, progress)) {
      case Outcome.Refused<Resource<SnapshotSpec, SnapshotStatus>>(Refusal refusal)
          when refusal.error() == StorageError.CANCELLED ->
          new TaskResult.Stopped();
      case Outcome.Refused<Resource<SnapshotSpec, SnapshotStatus>>(Refusal refusal) ->
          new TaskResult.CouldNot(
              "The present could not be kept as a snapshot, so nothing was replaced: "
                  + refusal.sentence());
      case Outcome.Done<Resource<SnapshotSpec, SnapshotStatus>>(var kept) ->
          replace(site, task, parameters, kept.uid(), progress);
    };
  }

  private TaskResult replace(
      Site site, Task task, Parameters parameters, UUID now, TaskProgress progress) {
    List<Name> kept =
        present.of(task).stream().filter(one -> !one.deleting()).map(Resource::name).toList();
    try (SnapshotUse.Held _ = ground.reading(now)) {
      // Only now: a run that was killed may have had in its hands what is in no snapshot before.
      Existing replace = new Existing.Replace(site.of(now));
      restore.sweep(site.live(), replace);
      return restore(site, parameters, kept, replace, progress);
    }
  }

  private TaskResult restore(
      Site site, Parameters parameters, List<Name> kept, Existing existing, TaskProgress progress) {
    Tally tally = new Tally(site.snapshot().name(), kept, progress);
    for (Item item : parameters.items()) {
      Outcome<Long> counted = restore.count(site.wanted(), item.what(), progress);
      if (counted instanceof Outcome.Refused<Long>(Refusal why)) {
        return tally.ended(why);
      }
      tally.total += ((Outcome.Done<Long>) counted).value();
    }
    for (Item item : parameters.items()) {
      Outcome<PutBackReport> outcome =
          restore.restore(site.wanted(), item.what(), site.live(), item.where(), existing, tally);
      switch (outcome) {
        case Outcome.Refused<PutBackReport>(Refusal why) -> {
          return tally.ended(why);
        }
        case Outcome.Done<PutBackReport>(PutBackReport report) -> tally.add(report);
      }
    }
    return new TaskResult.Done(tally.result(), List.of());
  }

  /** What came back over all items. */
  private static final class Tally implements TaskProgress {
    private static final int MOST_LEFT = 1000;

    private final Name snapshot;
    private final List<Name> kept;
    private final TaskProgress progress;
    private final List<LeftView> left = new ArrayList<>();
    private long leftCount;
    private long restored;
    private long total;

    Tally(Name snapshot, List<Name> kept, TaskProgress progress) {
      this.snapshot = snapshot;
      this.kept = kept;
      this.progress = progress;
    }

    @Override
    public void report(long done, long unknown, String unit) {
      progress.report(restored + done, total, unit);
    }

    @Override
    public boolean cancelled() {
      return progress.cancelled();
    }

    void add(PutBackReport report) {
      restored += report.changed();
      leftCount += report.leftCount();
      LeftView.of(report).stream().limit(MOST_LEFT - left.size()).forEach(left::add);
    }

    Result result() {
      return new Result(
          snapshot,
          restored,
          List.copyOf(left),
          leftCount,
          kept.isEmpty() ? null : kept.getFirst(),
          kept.isEmpty() ? kept : kept.subList(1, kept.size()));
    }

    TaskResult ended(Refusal why) {
      if (why.error() == StorageError.CANCELLED) {
        return new TaskResult.Stopped(result());
      }
      String way =
          kept.isEmpty()
              ? ""
              : " The volume as it was is kept as snapshot " + kept.getFirst() + ".";
      return new TaskResult.CouldNot(
          why.sentence()
              + ". What appeared before that stays; nothing is half there."
              + way
              + advice(why.error()));
    }

    private static String advice(StorageError error) {
      return switch (error) {
        case POOL_FULL ->
            " Delete something or add a disk, and repeat a minute later: what is back is not copied again.";
        case QUOTA_EXCEEDED ->
            " Raise the quota or delete something, and repeat: what is back is not copied again.";
        default -> "";
      };
    }
  }
}
