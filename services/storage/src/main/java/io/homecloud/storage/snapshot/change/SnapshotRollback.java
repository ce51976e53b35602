package io.homecloud.storage.snapshot.change;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.storage.Outcome;
import java.nio.file.Path;

/**
 * Puts a mounted volume back to a snapshot, within the volume: the difference between now and then
 * is applied file by file, sharing bytes. Files that are the same, or are under the same name, stay
 * the same files; who has one open keeps it and goes on with what everybody sees.
 *
 * <p>Killed anywhere, it is begun anew with a new snapshot of the present and ends in the same
 * state: all that it knows is what is there. What it had in its hands then lies in a directory
 * {@code .homecloud-moving-…} at the top of the volume, where the next run finds it.
 *
 * <p>Nothing is lost: a file is overwritten or removed only while it is as in the snapshot of the
 * present, and removed only while nobody has it open for writing. Others are left and named; taking
 * a new snapshot of the present and running again does what can be done then.
 *
 * <p>Restored are bytes, names, hard links, owner, mode, times of access and modification, extended
 * attributes and access control lists, symlinks, fifos, sockets and devices. Not restored: the
 * flags of chattr(1) of files that are there.
 *
 * <p>Needs root with CAP_SYS_ADMIN (send), CAP_LEASE and the capabilities to own any file.
 */
public final class SnapshotRollback {
  private static final String PREFIX = ".homecloud-moving-";

  private final Path scratch;
  private final Runnable step;

  /**
   * @param scratch a directory on a disk with room for temporary files
   */
  public SnapshotRollback(Path scratch) {
    this(scratch, () -> {});
  }

  /**
   * @param step called before every change of the volume
   */
  SnapshotRollback(Path scratch, Runnable step) {
    this.scratch = scratch;
    this.step = step;
  }

  /**
   * Does so. What was done survives a power cut once this returned.
   *
   * @param volume top directory of the volume, mounted for writing
   * @param present top directory of a read-only snapshot of the volume, taken just now
   * @param wanted top directory of the read-only snapshot to get back
   * @param progress asked to stop, it stops between files, but not while names are exchanged
   * @return what was left, which is to be told to people; refused as {@link SnapshotDiff#between},
   *     and with {@code CANCELLED}, {@code POOL_FULL}, {@code QUOTA_EXCEEDED} or {@code READ_ONLY}
   *     after a part was done, to be finished by running again
   */
  public Outcome<PutBackReport> rollback(
      Path volume, Path present, Path wanted, TaskProgress progress) {
    return Difference.of(present, wanted, scratch, Difference.Source.TREES, progress)
        .then(difference -> {
          try (difference) {
            return LiveTree.open(volume)
                .then(live -> {
                  try (live) {
                    return apply(difference, live, progress);
                  }
                });
          } catch (HaltedException e) {
            return new Outcome.Refused<>(e.why());
          }
        });
  }

  private Outcome<PutBackReport> apply(
      Difference difference, LiveTree live, TaskProgress progress) {
    RollbackPlan plan = new RollbackPlan(difference.tree());
    plan.join();
    step.run();
    try (Staging staging = Staging.make(live, PREFIX)) {
      RollbackJob job = new RollbackJob(difference, live, staging, progress, step);
      RollbackMaking making = new RollbackMaking(job);
      try {
        new RollbackFiles(job).putBack();
        making.make();
      } catch (HaltedException e) {
        making.discard();
        staging.remove();
        throw e;
      }
      rename(job, plan);
      step.run();
      if (!staging.remove()) {
        job.left().add(staging.path(), Left.Why.IN_THE_WAY);
      }
      new RollbackDirectories(job).putBack();
      long synced = FileCalls.syncFileSystem(live.top().number());
      if (synced < 0) {
        throw HaltedException.of(synced, "writing to the disk");
      }
      return new Outcome.Done<>(job.left().report(job.progress().changes()));
    }
  }

  /** Whatever stops the first half, what is in the staging directory gets its place. */
  private static void rename(RollbackJob job, RollbackPlan plan) {
    RollbackMoves moves = new RollbackMoves(job, plan);
    try {
      moves.clear();
    } catch (HaltedException e) {
      moves.place();
      throw e;
    }
    moves.place();
  }
}
