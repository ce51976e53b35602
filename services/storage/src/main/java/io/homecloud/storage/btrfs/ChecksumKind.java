package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * How a pool verifies its blocks.
 *
 * @param type 0 for CRC-32C, which we make, 2 for SHA-256; the others Java does not have
 * @param size bytes of one checksum
 * @param sector bytes of data with a checksum of their own
 * @param node bytes of a block of metadata
 */
record ChecksumKind(int type, int size, int sector, int node) {
  private static final long WITH_CHECKSUM = 1; // BTRFS_FS_INFO_FLAG_CSUM_INFO
  private static final int CRC32C = 0;
  private static final int SHA256 = 2;

  /** Of the pool; empty when it is one that we cannot compute. */
  static Optional<ChecksumKind> of(Descriptor pool) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(Ioctl.FS_INFO.size());
      info.set(JAVA_LONG_UNALIGNED, 48, WITH_CHECKSUM);
      pool.ioctl(Ioctl.FS_INFO, info);
      int type = info.get(JAVA_SHORT_UNALIGNED, 44);
      if (type != CRC32C && type != SHA256) {
        return Optional.empty();
      }
      return Optional.of(
          new ChecksumKind(
              type,
              info.get(JAVA_SHORT_UNALIGNED, 46),
              info.get(JAVA_INT_UNALIGNED, 36),
              info.get(JAVA_INT_UNALIGNED, 32)));
    }
  }

  /** Whether the bytes from the buffer's position to its limit have the checksum. */
  boolean fits(ByteBuffer bytes, ByteBuffer checksum) {
    return compute(bytes).equals(checksum);
  }

  private ByteBuffer compute(ByteBuffer bytes) {
    if (type == SHA256) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes.duplicate());
        return ByteBuffer.wrap(digest.digest());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) crc.getValue())
        .flip();
  }
}
