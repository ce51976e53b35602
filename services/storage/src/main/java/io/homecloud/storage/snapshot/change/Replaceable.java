package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.util.Optional;

/**
 * Which files of a volume a restore may replace: those that are as in a snapshot of the present.
 */
final class Replaceable {
  private final Side present;
  private final AsInPresent asInPresent;

  Replaceable(Side present) {
    this.present = present;
    this.asInPresent = new AsInPresent(present);
  }

  /** What is at the path now, if it is in the snapshot as it is. */
  Optional<FileStatus> look(LiveTree live, RelativePath path) {
    Optional<Descriptor> found = live.place(path);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (Descriptor place = found.get()) {
      FileStatus now = LiveTree.status(place);
      return now.type() != FileType.DIRECTORY && present.has(path) && isKept(place, now, path)
          ? Optional.of(now)
          : Optional.empty();
    }
  }

  /** When another name of the file was replaced before, that has changed the time of this one. */
  private boolean isKept(Descriptor place, FileStatus now, RelativePath path) {
    FileStatus kept = present.status(path);
    return asInPresent.holds(place, now, path, kept.inode(), kept.changed())
        || (kept.links() > 1
            && kept.inode() == now.inode()
            && now.type() == FileType.FILE
            && asInPresent.sameBytes(place, now, path));
  }
}
