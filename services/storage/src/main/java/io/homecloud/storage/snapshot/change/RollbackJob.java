package io.homecloud.storage.snapshot.change;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.StorageError;

/**
 * What the parts of one rollback share.
 *
 * @param difference from the present to what is wanted
 * @param step called before every change of the volume; tests end the job there
 */
record RollbackJob(
    Difference difference,
    LiveTree live,
    Staging staging,
    LeftFiles left,
    Metadata metadata,
    AsInPresent asInPresent,
    Progress progress,
    Runnable step) {

  RollbackJob(
      Difference difference, LiveTree live, Staging staging, TaskProgress progress, Runnable step) {
    this(
        difference,
        live,
        staging,
        new LeftFiles(),
        new Metadata(),
        new AsInPresent(difference.older()),
        new Progress(progress, difference.tree().size()),
        step);
  }

  TouchedTree tree() {
    return difference.tree();
  }

  Side wanted() {
    return difference.newer();
  }

  /** Counts nodes over the passes of a job. */
  static final class Progress {
    /** Files, new files, out of the old places, into the new ones, directories. */
    private static final int PASSES = 5;

    private static final int BETWEEN = 64;

    private final TaskProgress progress;
    private final long total;
    private long done;
    private long changed;

    Progress(TaskProgress progress, int nodes) {
      this.progress = progress;
      this.total = (long) PASSES * nodes;
      progress.report(0, total, "files");
    }

    /** One node more; where the job may be stopped, {@link #stopIfAsked} comes with it. */
    void node() {
      if (++done % BETWEEN == 0) {
        progress.report(Math.min(done, total), total, "files");
      }
    }

    void stopIfAsked() {
      if (progress.cancelled()) {
        throw new HaltedException(StorageError.CANCELLED, "asked to stop");
      }
    }

    void changed() {
      changed++;
    }

    long changes() {
      return changed;
    }
  }

  /**
   * Passes over a success. What concerns one file is noted as left; what concerns the whole volume
   * ends the job.
   *
   * @return whether it was a success
   */
  boolean done(long answer, RelativePath path) {
    if (answer >= 0) {
      progress.changed();
      return true;
    }
    switch (Errno.of(answer)) {
      case EPERM, EACCES, ETXTBSY, EBUSY, EOPNOTSUPP, EINVAL, EMLINK, EAGAIN ->
          left.add(path, Left.Why.REFUSED);
      case EEXIST, ENOTEMPTY -> left.add(path, Left.Why.IN_THE_WAY);
      case ENOENT, ENOTDIR, EISDIR, ELOOP -> left.add(path, Left.Why.CHANGED_SINCE);
      default -> throw HaltedException.of(answer, path.toString());
    }
    return false;
  }
}
