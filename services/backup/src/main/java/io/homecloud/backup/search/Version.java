package io.homecloud.backup.search;

import io.homecloud.backup.rsync.FileSum;
import io.homecloud.host.libc.FileType;
import org.jspecify.annotations.Nullable;

/**
 * A file as some runs have it, one after another without a gap.
 *
 * @param modified nanoseconds since 1970; of directories nothing but that they are there
 * @param first the number of the first run that has it
 * @param last the number of the last one, {@link #OPEN} when the newest has it
 * @param sum of its contents as they were read from the source, when that was told
 */
record Version(
    FileType type, long size, long modified, int first, int last, @Nullable FileSum sum) {
  static final int OPEN = Integer.MAX_VALUE;

  static Version of(FileType type, long size, long modified, int run) {
    return new Version(type, size, modified, run, OPEN, null);
  }

  boolean open() {
    return last == OPEN;
  }

  /** Whether nothing says that the contents are others. */
  boolean like(Version other) {
    return type == other.type
        && size == other.size
        && modified == other.modified
        && (sum == null || other.sum == null || sum.equals(other.sum));
  }

  Version endingWith(int run) {
    return new Version(type, size, modified, first, run, sum);
  }

  Version with(@Nullable FileSum told) {
    return told == null ? this : new Version(type, size, modified, first, last, told);
  }
}
