package io.homecloud.storage.snapshot.change;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.DirectoryEntries;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches a file or directory of a snapshot back into a volume, sharing its bytes. What comes back
 * appears whole: it is made in a directory {@code .homecloud-restoring-…}, or {@code
 * .homecloud-replacing-…} where files may be replaced, at the top of the volume and renamed. Owner,
 * mode, times, attributes and access control lists come with it; names of one file stay names of
 * one file. What is there already as it is in the snapshot is not touched.
 *
 * <p>Nothing is lost: what was taken out of its place, had to stay and could not be put back is
 * left in that directory, and named there.
 */
public final class SnapshotRestore {
  private static final String RESTORING = ".homecloud-restoring-";

  /** Apart, since such a one may hold what is in no snapshot yet. */
  private static final String REPLACING = ".homecloud-replacing-";

  private final Runnable step;

  public SnapshotRestore() {
    this(() -> {});
  }

  /**
   * @param step called before two names are exchanged
   */
  SnapshotRestore(Runnable step) {
    this.step = step;
  }

  /**
   * Does so.
   *
   * @param snapshot top directory of a read-only snapshot
   * @param what in it; the top directory itself is everything in it
   * @param volume top directory of a mounted volume of the same pool
   * @param to where it shall be, its name included; directories that are missing above are made as
   *     their likes in the snapshot are, if it has them, else as the directory they are made in
   * @param progress asked to stop, it stops between files; what appeared stays
   * @return how many names came back, and what was left or kept; refused with {@code
   *     SNAPSHOT_NOT_FOUND} when it is not in the snapshot, {@code VOLUME_NOT_FOUND}, {@code
   *     CANCELLED}, {@code POOL_FULL}, {@code QUOTA_EXCEEDED} or {@code READ_ONLY}; nothing half
   *     made is left then
   */
  public Outcome<PutBackReport> restore(
      Path snapshot,
      RelativePath what,
      Path volume,
      RelativePath to,
      Existing existing,
      TaskProgress progress) {
    return Side.open(snapshot)
        .then(side -> {
          try (side) {
            if (!side.has(what)) {
              return new Outcome.Refused<PutBackReport>(
                  StorageError.SNAPSHOT_NOT_FOUND, what + " is not in the snapshot");
            }
            return LiveTree.open(volume)
                .then(live -> {
                  try (live) {
                    return switch (existing) {
                      case Existing.Keep() ->
                          restore(side, what, live, to, Optional.empty(), progress);
                      case Existing.Replace(Path present) ->
                          replace(present, side, what, live, to, progress);
                    };
                  }
                });
          } catch (HaltedException e) {
            return new Outcome.Refused<>(e.why());
          }
        });
  }

  private Outcome<PutBackReport> replace(
      Path present,
      Side snapshot,
      RelativePath what,
      LiveTree live,
      RelativePath to,
      TaskProgress progress) {
    return Side.open(present)
        .then(now -> {
          try (now) {
            Optional<Replaceable> replaceable = Optional.of(new Replaceable(now));
            return restore(snapshot, what, live, to, replaceable, progress);
          }
        });
  }

  private Outcome<PutBackReport> restore(
      Side snapshot,
      RelativePath what,
      LiveTree live,
      RelativePath to,
      Optional<Replaceable> replaceable,
      TaskProgress progress) {
    try (Staging staging = Staging.make(live, replaceable.isPresent() ? REPLACING : RESTORING)) {
      TreeRestore restore = new TreeRestore(snapshot, live, staging, replaceable, progress, step);
      try {
        restore.restore(what, to);
      } finally {
        removeTree(live, staging.path(), restore.kept());
      }
      long synced = FileCalls.syncFileSystem(live.top().number());
      if (synced < 0) {
        throw HaltedException.of(synced, "writing to the disk");
      }
      return new Outcome.Done<>(restore.report());
    }
  }

  /**
   * How many names there are in what would be restored, so that its progress has an end.
   *
   * @return refused with {@code SNAPSHOT_NOT_FOUND} when it is not in the snapshot, or {@code
   *     CANCELLED}
   */
  public Outcome<Long> count(Path snapshot, RelativePath what, TaskProgress progress) {
    return Side.open(snapshot)
        .then(side -> {
          try (side) {
            return side.has(what)
                ? new Outcome.Done<>(count(side, what, progress))
                : new Outcome.Refused<>(
                    StorageError.SNAPSHOT_NOT_FOUND, what + " is not in the snapshot");
          } catch (HaltedException e) {
            return new Outcome.Refused<>(e.why());
          }
        });
  }

  private static long count(Side snapshot, RelativePath what, TaskProgress progress) {
    if (progress.cancelled()) {
      throw new HaltedException(StorageError.CANCELLED, "asked to stop");
    }
    if (snapshot.status(what).type() != FileType.DIRECTORY) {
      return 1;
    }
    long count = 1;
    try (DirectoryEntries names = snapshot.entries(what)) {
      for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
        count += count(snapshot, what.resolve(RelativePath.of(name.get())), progress);
      }
    }
    return count;
  }

  /**
   * Removes what earlier restores left in a volume: copies that a killed one had made; and what was
   * just being replaced, before another that replaces, since it is in the snapshot of the present
   * then. To be called while none runs, at the start.
   */
  public void sweep(Path volume, Existing existing) {
    if (LiveTree.open(volume) instanceof Outcome.Done<LiveTree>(LiveTree live)) {
      try (live;
          DirectoryEntries names = live.entries(RelativePath.TOP).orElseThrow()) {
        for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
          RelativePath path = RelativePath.of(name.get());
          String text = path.toString();
          boolean goes =
              text.startsWith(RESTORING)
                  || (existing instanceof Existing.Replace && text.startsWith(REPLACING));
          if (goes) {
            removeTree(live, path, Set.of());
          }
        }
      }
    }
  }

  /** Only in directories that root alone can enter. */
  private static void removeTree(LiveTree live, RelativePath path, Set<RelativePath> but) {
    Optional<DirectoryEntries> found = live.entries(path);
    if (found.isPresent()) {
      try (DirectoryEntries names = found.get()) {
        for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
          RelativePath child = path.resolve(RelativePath.of(name.get()));
          Optional<Descriptor> directory = live.directory(path);
          if (!but.contains(child)
              && directory.isPresent()
              && Errno.EISDIR.is(FileCalls.unlink(directory.get().number(), name.get()))) {
            removeTree(live, child, but);
          }
        }
      }
    }
    live.forget();
    FileCalls.removeDirectory(live.top().number(), path.bytes());
  }
}
