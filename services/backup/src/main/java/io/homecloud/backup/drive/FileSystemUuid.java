package io.homecloud.backup.drive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * The identity of a file system, from the first superblock of its device: {@code struct
 * btrfs_super_block}, {@code struct ext4_super_block} and {@code struct xfs_dsb} of the kernel.
 */
final class FileSystemUuid {
  private static final int READ = 0x10048;
  private static final int BTRFS = 0x10000;
  private static final long BTRFS_MAGIC = 0x5F42_4852_6653_5F4DL; // "_BHRfS_M"
  private static final int EXT = 0x400;
  private static final short EXT_MAGIC = 0x53EF;
  private static final int NOWHERE = -1;
  private static final int XFS_MAGIC = 0x5846_5342; // "XFSB"

  private FileSystemUuid() {}

  /**
   * Reads it; what an earlier file system has left on a device may be read besides, so it is asked
   * for by type.
   *
   * @param type as the kernel calls it
   * @return empty when there is none of that type
   */
  static Optional<UUID> of(Path device, String type) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(READ).order(ByteOrder.BIG_ENDIAN);
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
      while (block.hasRemaining() && channel.read(block) >= 0) {}
    }
    int place =
        switch (type) {
          case "btrfs" -> block.getLong(BTRFS + 0x40) == BTRFS_MAGIC ? BTRFS + 0x20 : NOWHERE;
          case "ext4" -> block.getShort(EXT + 0x38) == EXT_MAGIC ? EXT + 0x68 : NOWHERE;
          case "xfs" -> block.getInt(0) == XFS_MAGIC ? 0x20 : NOWHERE;
          default -> NOWHERE;
        };
    if (place == NOWHERE) {
      return Optional.empty();
    }
    return Optional.of(new UUID(block.getLong(place), block.getLong(place + 8)));
  }
}
