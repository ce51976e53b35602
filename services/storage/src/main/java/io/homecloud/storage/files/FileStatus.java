package io.homecloud.storage.files;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.homecloud.storage.StorageError;
import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * What statx(2) tells of an inode.
 *
 * @param mode the permission bits
 * @param device the file system or, on btrfs, the subvolume
 * @param changed when its content or anything else of it last changed (ctime)
 */
record FileStatus(
    FileType type,
    int mode,
    int uid,
    int gid,
    int links,
    long size,
    long inode,
    long device,
    Instant modified,
    Instant changed) {
  /** struct statx of linux/stat.h, the same on every architecture. */
  static final int STRUCT_BYTES = 256;

  private static final int TYPE_BITS = 0170000;

  static FileStatus read(MemorySegment statx) {
    int mode = statx.get(JAVA_SHORT, 28) & 0xffff;
    return new FileStatus(
        type(mode & TYPE_BITS),
        mode & ~TYPE_BITS,
        statx.get(JAVA_INT, 20),
        statx.get(JAVA_INT, 24),
        statx.get(JAVA_INT, 16),
        statx.get(JAVA_LONG, 40),
        statx.get(JAVA_LONG, 32),
        ((long) statx.get(JAVA_INT, 136) << 32) | Integer.toUnsignedLong(statx.get(JAVA_INT, 140)),
        time(statx, 112),
        time(statx, 96));
  }

  private static FileType type(int bits) {
    return switch (bits) {
      case 0100000 -> FileType.FILE;
      case 0040000 -> FileType.DIRECTORY;
      case 0120000 -> FileType.LINK;
      default -> FileType.OTHER;
    };
  }

  private static Instant time(MemorySegment statx, long offset) {
    long seconds = statx.get(JAVA_LONG, offset);
    // a foreign disk can hold years that Instant has not
    if (seconds > Instant.MAX.getEpochSecond() || seconds < Instant.MIN.getEpochSecond()) {
      return seconds > 0 ? Instant.MAX : Instant.MIN;
    }
    return Instant.ofEpochSecond(seconds, statx.get(JAVA_INT, offset + 8));
  }

  boolean is(FileType other) {
    return type == other;
  }

  /** The same, shown as something else. */
  FileStatus as(FileType other) {
    return new FileStatus(other, mode, uid, gid, links, size, inode, device, modified, changed);
  }

  /** Refuses everything that cannot be opened and read to its end. */
  void requireFile() throws FileRefused {
    switch (type) {
      case FILE -> {}
      case DIRECTORY -> throw new FileRefused(StorageError.IS_A_DIRECTORY);
      case LINK -> throw new FileRefused(StorageError.LINK_NOT_FOLLOWED);
      case MOUNT -> throw new FileRefused(StorageError.OUTSIDE_VOLUME);
      case OTHER -> throw new FileRefused(StorageError.NOT_A_FILE);
    }
  }

  boolean sameInode(FileStatus other) {
    return inode == other.inode && device == other.device;
  }

  /**
   * Changes whenever the file does: every upload makes a new inode, writing in place moves the
   * change time. (Older kernels move it once per clock tick only.)
   */
  String etag() {
    return Long.toHexString(inode)
        + "-"
        + Long.toHexString(changed.getEpochSecond())
        + "."
        + Integer.toHexString(changed.getNano())
        + "-"
        + Long.toHexString(size);
  }
}
