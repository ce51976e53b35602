package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.btrfs.tree.SubvolumeRoot;
import java.time.Duration;

/**
 * Whether a file of the volume is as in the snapshot of the present: by inode and time of change.
 * For files that were changed about when the snapshot was made the time does not tell: of a write
 * while btrfs makes it, the time may be in the snapshot and the bytes not; and two writes within a
 * tick of the kernel's clock have the same time (measured on Linux 6.18: a writer's next lines were
 * lost once in a few rollbacks). Those files are read and compared.
 */
final class AsInPresent {
  /** Longer than making a snapshot takes, which writes out first what is in memory. */
  private static final long DOUBTFUL = Duration.ofMinutes(5).toNanos();

  private final Side present;
  private final long certainBefore;

  AsInPresent(Side present) {
    this.present = present;
    this.certainBefore = certainBefore(present);
  }

  /** Changes before that are in the snapshot as their times say. */
  static long certainBefore(Side snapshot) {
    return SubvolumeRoot.of(snapshot.top()).map(root -> root.madeAt() - DOUBTFUL).orElse(0L);
  }

  /**
   * @param file in the volume; what it was opened for does not matter
   * @param status of the file just now: whoever writes from then on changes the time
   * @param path in the snapshot
   * @param inode in the snapshot
   * @param changed its time of change in the snapshot
   */
  boolean holds(Descriptor file, FileStatus status, RelativePath path, long inode, long changed) {
    return status.inode() == inode
        && status.changed() == changed
        && (status.type() != FileType.FILE
            || changed < certainBefore
            || sameBytes(file, status, path));
  }

  /** Whether its bytes are those in the snapshot, by reading both. */
  boolean sameBytes(Descriptor file, FileStatus status, RelativePath path) {
    try (Descriptor place = present.place(path);
        Descriptor then = Side.reopen(place);
        Descriptor now = Side.reopen(file)) {
      return LiveTree.status(then).size() == status.size()
          && Content.same(now, then, status.size())
          && LiveTree.status(now).changed() == status.changed();
    }
  }
}
