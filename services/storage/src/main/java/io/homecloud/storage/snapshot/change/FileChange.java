package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.util.Set;

/**
 * One difference between an older and a newer snapshot. It is about a name: a file with two names
 * that was written to is two changes. What is inside a renamed directory is not listed unless it
 * changed itself. Sizes are in bytes.
 */
public sealed interface FileChange {
  /** Where it is in the newer snapshot, or was in the older one when it is deleted. */
  RelativePath path();

  /** Of the newer side, if there is one. */
  FileType type();

  long size();

  record Added(RelativePath path, FileType type, long size) implements FileChange {}

  record Deleted(RelativePath path, FileType type, long size) implements FileChange {}

  /**
   * The same file, or another one of the same type under the same name (as editors save).
   *
   * @param before where it was; another path only when a directory above was renamed
   * @param aspects at least one
   */
  record Changed(
      RelativePath path, RelativePath before, FileType type, long size, Set<Aspect> aspects)
      implements FileChange {
    public Changed {
      aspects = Set.copyOf(aspects);
      if (aspects.isEmpty()) {
        throw new IllegalArgumentException("changed in nothing");
      }
    }
  }

  /**
   * The same file under another name, or in another directory.
   *
   * @param aspects in what it changed besides; may be empty
   */
  record Renamed(
      RelativePath from, RelativePath path, FileType type, long size, Set<Aspect> aspects)
      implements FileChange {
    public Renamed {
      aspects = Set.copyOf(aspects);
    }
  }
}
