package io.homecloud.storage.btrfs.stream;

import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.btrfs.stream.SendStreamException.Fault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/** The attributes (type, length, value) of one command; where each is in the command's bytes. */
final class Attributes {
  static final int UUID_ = 1;
  static final int CTRANSID = 2;
  static final int INO = 3;
  static final int SIZE = 4;
  static final int MODE = 5;
  static final int UID = 6;
  static final int GID = 7;
  static final int RDEV = 8;
  static final int MTIME = 10;
  static final int ATIME = 11;
  static final int XATTR_NAME = 13;
  static final int XATTR_DATA = 14;
  static final int PATH = 15;
  static final int PATH_TO = 16;
  static final int PATH_LINK = 17;
  static final int FILE_OFFSET = 18;
  static final int DATA = 19;
  static final int CLONE_UUID = 20;
  static final int CLONE_CTRANSID = 21;
  static final int CLONE_PATH = 22;
  static final int CLONE_OFFSET = 23;
  static final int CLONE_LEN = 24;
  static final int FALLOCATE_MODE = 25;
  static final int FILEATTR = 26;
  static final int UNENCODED_FILE_LEN = 27;
  static final int UNENCODED_LEN = 28;
  static final int UNENCODED_OFFSET = 29;
  static final int COMPRESSION = 30;
  static final int ENCRYPTION = 31;
  static final int VERITY_ALGORITHM = 32;
  static final int VERITY_BLOCK_SIZE = 33;
  static final int VERITY_SALT = 34;
  static final int VERITY_SIGNATURE = 35;

  private static final int COUNT = 36;
  private static final int ABSENT = -1;

  private final int[] offsets = new int[COUNT];
  private final int[] lengths = new int[COUNT];
  private ByteBuffer bytes = ByteBuffer.allocate(0);

  /**
   * Reads the attributes of a command. Those of unknown types are passed over, as the format asks.
   *
   * @param dataLast version 2 and later: {@link #DATA} has no length of its own and reaches to the
   *     end of the command
   */
  void read(byte[] command, int from, int to, boolean dataLast) {
    bytes = ByteBuffer.wrap(command).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(lengths, ABSENT);
    int at = from;
    while (at < to) {
      require(to - at >= Short.BYTES);
      int type = bytes.getShort(at) & 0xFFFF;
      int length;
      if (type == DATA && dataLast) {
        at += Short.BYTES;
        length = to - at;
      } else {
        require(to - at >= 2 * Short.BYTES);
        length = bytes.getShort(at + Short.BYTES) & 0xFFFF;
        at += 2 * Short.BYTES;
        require(length <= to - at);
      }
      if (type < COUNT) {
        require(lengths[type] == ABSENT);
        offsets[type] = at;
        lengths[type] = length;
      }
      at += length;
    }
  }

  long number(int type) {
    int offset = offsets[type];
    return switch (lengths[type]) {
      case Byte.BYTES -> bytes.get(offset) & 0xFF;
      case Short.BYTES -> bytes.getShort(offset) & 0xFFFF;
      case Integer.BYTES -> Integer.toUnsignedLong(bytes.getInt(offset));
      case Long.BYTES -> bytes.getLong(offset);
      default -> throw malformed();
    };
  }

  /** A number that an int holds. */
  int small(int type) {
    long number = number(type);
    require(number >= 0 && number <= Integer.MAX_VALUE);
    return (int) number;
  }

  /** A number of bytes or a place in a file, which the kernel keeps in a signed long. */
  long size(int type) {
    long number = number(type);
    require(number >= 0);
    return number;
  }

  int smallOr(int type, int absent) {
    return lengths[type] == ABSENT ? absent : small(type);
  }

  RelativePath path(int type) {
    require(lengths[type] != ABSENT);
    try {
      return RelativePath.of(bytes.array(), offsets[type], offsets[type] + lengths[type]);
    } catch (IllegalArgumentException e) {
      throw new SendStreamException(Fault.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  ByteBuffer bytes(int type) {
    require(lengths[type] != ABSENT);
    int from = offsets[type];
    return ByteBuffer.wrap(Arrays.copyOfRange(bytes.array(), from, from + lengths[type]))
        .asReadOnlyBuffer();
  }

  UUID uuid(int type) {
    require(lengths[type] == 2 * Long.BYTES);
    ByteBuffer big = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
    return new UUID(big.getLong(offsets[type]), big.getLong(offsets[type] + Long.BYTES));
  }

  Instant time(int type) {
    require(lengths[type] == Long.BYTES + Integer.BYTES);
    int nanoseconds = bytes.getInt(offsets[type] + Long.BYTES);
    require(nanoseconds >= 0 && nanoseconds < 1_000_000_000);
    try {
      return Instant.ofEpochSecond(bytes.getLong(offsets[type]), nanoseconds);
    } catch (DateTimeException e) {
      throw new SendStreamException(Fault.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private static void require(boolean right) {
    if (!right) {
      throw malformed();
    }
  }

  private static SendStreamException malformed() {
    return new SendStreamException(Fault.MALFORMED, "an attribute is missing or of a wrong size");
  }
}
