package io.homecloud.host.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * What statx(2) says of a file. Times are nanoseconds since 1970, as far as a long reaches (until
 * 2262; later and earlier times are cut to its ends).
 *
 * @param mode type and permissions, see {@link FileType} and {@link #permissions}
 * @param born when the inode was made; with {@code inode} it tells two files apart for good
 * @param device the number of a device file, major in the upper half
 * @param allocated bytes that it takes on the disk; fewer than its size where it has holes
 */
public record FileStatus(
    int mode,
    int uid,
    int gid,
    int links,
    long inode,
    long size,
    long accessed,
    long modified,
    long changed,
    long born,
    long device,
    long allocated) {

  static final int SIZE = 256;
  static final int BASIC_AND_BIRTH = 0xFFF;

  static FileStatus read(MemorySegment statx) {
    return new FileStatus(
        statx.get(JAVA_SHORT, 28) & 0xFFFF,
        statx.get(JAVA_INT, 20),
        statx.get(JAVA_INT, 24),
        statx.get(JAVA_INT, 16),
        statx.get(JAVA_LONG, 32),
        statx.get(JAVA_LONG, 40),
        time(statx, 64),
        time(statx, 112),
        time(statx, 96),
        time(statx, 80),
        Integer.toUnsignedLong(statx.get(JAVA_INT, 128)) << 32
            | Integer.toUnsignedLong(statx.get(JAVA_INT, 132)),
        statx.get(JAVA_LONG, 48) * 512);
  }

  private static long time(MemorySegment statx, long offset) {
    long seconds = statx.get(JAVA_LONG, offset);
    long limit = Long.MAX_VALUE / 1_000_000_000;
    if (seconds >= limit) {
      return Long.MAX_VALUE;
    }
    return seconds <= -limit
        ? Long.MIN_VALUE
        : seconds * 1_000_000_000 + statx.get(JAVA_INT, offset + 8);
  }

  public FileType type() {
    return FileType.ofMode(mode);
  }

  /** The permission bits with set-uid, set-gid and sticky. */
  public int permissions() {
    return mode & 07777;
  }

  public Instant modifiedAt() {
    return Instant.ofEpochSecond(0, modified);
  }

  public Instant changedAt() {
    return Instant.ofEpochSecond(0, changed);
  }
}
