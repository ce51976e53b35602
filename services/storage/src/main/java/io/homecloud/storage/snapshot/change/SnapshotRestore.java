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

/**
 * Fetches a file or directory of a snapshot back into a volume, sharing its bytes. What comes back
 * appears whole: it is made in a directory {@code .homecloud-restoring-…} at the top of the volume
 * and renamed. Owner, mode, times, attributes and access control lists come with it; names of one
 * file stay names of one file. What is there already as it is in the snapshot is not touched.
 */
public final class SnapshotRestore {
  private static final String PREFIX = ".homecloud-restoring-";

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

  private static Outcome<PutBackReport> replace(
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

  private static Outcome<PutBackReport> restore(
      Side snapshot,
      RelativePath what,
      LiveTree live,
      RelativePath to,
      Optional<Replaceable> replaceable,
      TaskProgress progress) {
    try (Staging staging = Staging.make(live, PREFIX)) {
      TreeRestore restore = new TreeRestore(snapshot, live, staging, replaceable, progress);
      try {
        restore.restore(what, to);
      } finally {
        removeTree(live, staging.path());
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
   * Removes what a killed restore left in a volume: copies, and what it was just replacing; a
   * snapshot of the present has to be taken before. To be called while none runs, at the start.
   */
  public void sweep(Path volume) {
    if (LiveTree.open(volume) instanceof Outcome.Done<LiveTree>(LiveTree live)) {
      try (live;
          DirectoryEntries names = live.entries(RelativePath.TOP).orElseThrow()) {
        for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
          RelativePath path = RelativePath.of(name.get());
          if (path.toString().startsWith(PREFIX)) {
            removeTree(live, path);
          }
        }
      }
    }
  }

  /** Only in directories that root alone can enter. */
  private static void removeTree(LiveTree live, RelativePath path) {
    Optional<DirectoryEntries> found = live.entries(path);
    if (found.isPresent()) {
      try (DirectoryEntries names = found.get()) {
        for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
          RelativePath child = path.resolve(RelativePath.of(name.get()));
          Optional<Descriptor> directory = live.directory(path);
          if (directory.isPresent()
              && Errno.EISDIR.is(FileCalls.unlink(directory.get().number(), name.get()))) {
            removeTree(live, child);
          }
        }
      }
    }
    live.forget();
    FileCalls.removeDirectory(live.top().number(), path.bytes());
  }
}
