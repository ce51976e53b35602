package io.homecloud.backup.change;

import io.homecloud.host.path.RelativePath;

/**
 * What storage says of one name, between the snapshot that was copied last and the one that is
 * copied now. Paths begin at the top of the volume.
 *
 * @param path where it is now; of what was deleted, where it was
 * @param from where it was; of what was added, the same as {@code path}
 * @param unseen whether its bytes are others although its time is the same, which rsync would not
 *     notice
 */
public record Change(
    Kind kind, RelativePath path, RelativePath from, boolean directory, boolean unseen) {
  /** What happened to a name. */
  public enum Kind {
    ADDED,
    CHANGED,
    DELETED,
    RENAMED
  }
}
