package io.homecloud.storage.btrfs.tree;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.LibcCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;

/**
 * What the kernel says of the subvolume that an open directory is in (BTRFS_IOC_GET_SUBVOL_INFO of
 * linux/btrfs.h).
 *
 * @param id its number in the file system
 * @param parentUuid what it is a snapshot of; all zero when it is none
 * @param changedIn the generation in which a file of it was last changed
 * @param madeIn the generation in which it was made; of a snapshot, everything older than that is
 *     in it
 * @param madeAt when it was made, nanoseconds since 1970 of the clock that times of files come from
 */
public record SubvolumeRoot(
    long id, boolean readOnly, UUID parentUuid, long changedIn, long madeIn, long madeAt) {
  private static final long GET_SUBVOL_INFO = 0x81F8943CL;
  private static final int SIZE = 504;
  private static final int FLAGS = 288;
  private static final int PARENT_UUID = 312;
  private static final int CTRANSID = 344;
  private static final int OTRANSID = 352;
  private static final int OTIME = 392;
  private static final long SECOND = 1_000_000_000;
  private static final long READ_ONLY = 1;

  private static final UUID NONE = new UUID(0, 0);

  private static final LibcCall IOCTL =
      LibcCall.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);

  /** Empty when it is no btrfs. */
  public static Optional<SubvolumeRoot> of(Descriptor directory) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIZE, 8);
      // Some kernels answer 1 for a success.
      if (IOCTL.call(directory.number(), GET_SUBVOL_INFO, info) < 0) {
        return Optional.empty();
      }
      var big = JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
      return Optional.of(
          new SubvolumeRoot(
              info.get(JAVA_LONG, 0),
              (info.get(JAVA_LONG, FLAGS) & READ_ONLY) != 0,
              new UUID(info.get(big, PARENT_UUID), info.get(big, PARENT_UUID + 8)),
              info.get(JAVA_LONG, CTRANSID),
              info.get(JAVA_LONG, OTRANSID),
              info.get(JAVA_LONG, OTIME) * SECOND + info.get(JAVA_INT, OTIME + Long.BYTES)));
    }
  }

  /**
   * Whether whatever {@code later} has and this has not was written after this was made: both are
   * read-only snapshots of the same subvolume, and this one was never changed itself.
   */
  public boolean isEarlierOf(SubvolumeRoot later) {
    return readOnly
        && later.readOnly
        && !parentUuid.equals(NONE)
        && parentUuid.equals(later.parentUuid)
        && madeIn < later.madeIn
        && changedIn <= madeIn;
  }
}
