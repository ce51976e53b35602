package io.homecloud.backup.change;

import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.util.Collection;

/** How many files there are and how large they are, as rsync counts them. */
record Sizes(long files, long bytes) {
  static final Sizes NONE = new Sizes(0, 0);

  static Sizes of(BeneathTree tree, Collection<RelativePath> paths) {
    Sizes sum = NONE;
    for (RelativePath path : paths) {
      sum = sum.plus(tree.status(path).map(Sizes::of).orElse(NONE));
    }
    return sum;
  }

  private static Sizes of(FileStatus status) {
    boolean counts = status.type() == FileType.FILE || status.type() == FileType.SYMLINK;
    return new Sizes(1, counts ? status.size() : 0);
  }

  Sizes plus(Sizes other) {
    return new Sizes(files + other.files, bytes + other.bytes);
  }

  Sizes minus(Sizes other) {
    return new Sizes(files - other.files, bytes - other.bytes);
  }
}
