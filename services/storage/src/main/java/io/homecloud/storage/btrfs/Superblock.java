package io.homecloud.storage.btrfs;

import io.homecloud.storage.disk.Printable;
import io.homecloud.storage.pool.DeviceIdentity;
import io.homecloud.storage.pool.PoolId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first superblock of a device, by the kernel's {@code struct btrfs_super_block}
 * (include/uapi/linux/btrfs_tree.h). Only one whose checksum is right counts, where the checksum is
 * the usual CRC-32C.
 */
final class Superblock {
  private static final long PLACE = 64 * 1024;
  private static final int SIZE = 4096;
  private static final long MAGIC = 0x4D5F53665248425FL; // "_BHRfS_M"
  private static final int CHECKSUM_BYTES = 32;
  private static final int FSID = 32;
  private static final int MAGIC_AT = 64;
  private static final int GENERATION = 72;
  private static final int LOG_ROOT = 96;
  private static final int BYTES_USED = 120;
  private static final int DEVICES = 136;
  private static final int CHECKSUM_TYPE = 196;
  private static final int DEVICE_ID = 201;
  private static final int DEVICE_SIZE = 209;
  private static final int DEVICE_UUID = 267;
  private static final int LABEL = 299;
  private static final int LABEL_BYTES = 256;
  private static final long UNUSED_GENERATION = 16;
  private static final long UNUSED_BYTES = 512 * 1024;

  private Superblock() {}

  /** What the device says; empty when it is no member of a btrfs, or cannot be read. */
  static Optional<DeviceIdentity> read(Path device) {
    return block(device).map(Superblock::identity);
  }

  /**
   * Whether nobody can have put anything on it since it was made: mkfs.btrfs leaves generation 12
   * and some blocks of metadata, and every commit makes one generation more.
   */
  static boolean isUnused(Path device) {
    return block(device)
        .filter(block -> block.getLong(GENERATION) <= UNUSED_GENERATION)
        .filter(block -> block.getLong(BYTES_USED) <= UNUSED_BYTES)
        .isPresent();
  }

  /** Whether the next mount has a log to replay, also one that is only to be read. */
  static boolean hasLog(Path device) {
    return block(device).filter(block -> block.getLong(LOG_ROOT) == 0).isEmpty();
  }

  private static Optional<ByteBuffer> block(Path device) {
    ByteBuffer block = ByteBuffer.wrap(new byte[SIZE]).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
      while (block.hasRemaining()) {
        if (channel.read(block, PLACE + block.position()) < 0) {
          return Optional.empty();
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    if (block.getLong(MAGIC_AT) != MAGIC || !checksumFits(block)) {
      return Optional.empty();
    }
    return Optional.of(block);
  }

  private static DeviceIdentity identity(ByteBuffer block) {
    return new DeviceIdentity(
        new PoolId(uuid(block, FSID)),
        label(block),
        uuid(block, DEVICE_UUID),
        block.getLong(DEVICE_ID),
        block.getLong(DEVICES),
        block.getLong(GENERATION),
        block.getLong(DEVICE_SIZE));
  }

  private static boolean checksumFits(ByteBuffer block) {
    if (block.getShort(CHECKSUM_TYPE) != 0) {
      return true;
    }
    CRC32C checksum = new CRC32C();
    checksum.update(block.slice(CHECKSUM_BYTES, SIZE - CHECKSUM_BYTES));
    return (int) checksum.getValue() == block.getInt(0);
  }

  private static UUID uuid(ByteBuffer block, int at) {
    ByteBuffer bytes = block.slice(at, 16).order(ByteOrder.BIG_ENDIAN);
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private static String label(ByteBuffer block) {
    int length = 0;
    while (length < LABEL_BYTES && block.get(LABEL + length) != 0) {
      length++;
    }
    return Printable.of(StandardCharsets.UTF_8.decode(block.slice(LABEL, length)).toString());
  }
}
