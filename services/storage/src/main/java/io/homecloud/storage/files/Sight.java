package io.homecloud.storage.files;

import io.homecloud.storage.StorageError;
import java.util.Set;

/**
 * As whom files are looked at, where storage itself may have all: what the mode of a file keeps
 * from that user is not there. File servers that act as this user let people have the same. Of an
 * access list only what the mode tells of it counts.
 *
 * @param within the directory that is shared; nothing outside is there, and what is above it is not
 *     asked, as it is not for who comes by a mount of it
 * @param without names that are nowhere shown; one that ends with a star stands for all that begin
 *     so
 */
public record Sight(int uid, int gid, FilePath within, Set<FileName> without) {
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int ENTER = 1;

  public Sight {
    without = Set.copyOf(without);
  }

  private boolean may(FileStatus status, int wanted) {
    int bits = status.mode();
    if (status.uid() == uid) {
      bits >>= 6;
    } else if (status.gid() == gid) {
      bits >>= 3;
    }
    return (bits & wanted) == wanted;
  }

  /** Whether the name is one that is shown. */
  boolean shows(FileName name) {
    return without.stream().noneMatch(hidden -> hidden.covers(name));
  }

  /** Refuses what cannot be read; of a directory also what cannot be entered. */
  void requireReading(FileStatus status) throws FileRefused {
    int wanted =
        switch (status.type()) {
          case DIRECTORY -> READ | ENTER;
          case FILE -> READ;
          // a link is only said, and the others are never opened
          case LINK, MOUNT, OTHER -> 0;
        };
    if (!may(status, wanted)) {
      throw new FileRefused(StorageError.FILE_NOT_FOUND);
    }
  }

  /** Refuses to go on to a name when the directory may not be entered, or the name is not shown. */
  void requireWay(FileStatus directory, FileName name) throws FileRefused {
    if (directory.is(FileType.LINK)) {
      throw new FileRefused(StorageError.LINK_NOT_FOLLOWED);
    }
    if (!may(directory, ENTER) || !shows(name)) {
      throw new FileRefused(StorageError.FILE_NOT_FOUND);
    }
  }

  /** Refuses to bring something of that name into the directory. */
  void requireWriting(FileStatus directory, FileName name) throws FileRefused {
    if (!may(directory, WRITE | ENTER) || !shows(name)) {
      throw new FileRefused(StorageError.FILE_PROTECTED);
    }
  }
}
