package io.homecloud.host.zip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** One entry as the headers of a zip file tell it. */
final class ZipEntryRecord {
  private static final long LIMIT = 0xffffffffL;
  private static final int UTF8_NAME = 1 << 11;
  private static final int VERSION = 20;
  private static final int VERSION_ZIP64 = 45;
  private static final int UNIX = 3 << 8;
  private static final int CENTRAL_HEADER = 0x02014b50; // 4.3.12
  private static final int ZIP64_EXTRA = 1; // 4.5.3
  private static final int TIME_EXTRA = 0x5455; // Info-ZIP's extended timestamp
  private static final int DOS_DIRECTORY = 0x10;

  private final byte[] name;
  private final ZipFacts facts;
  private final int method;
  private final int flags;
  private final long crc;
  private final long compressed;
  private final long size;
  private final long offset;
  private final boolean large;

  /**
   * @param large whether its sizes are written with 8 bytes
   */
  ZipEntryRecord(
      byte[] name,
      ZipFacts facts,
      int method,
      int flags,
      long crc,
      long compressed,
      long size,
      long offset,
      boolean large) {
    this.name = name;
    this.facts = facts;
    this.method = method;
    this.flags = flags;
    this.crc = crc;
    this.compressed = compressed;
    this.size = size;
    this.offset = offset;
    this.large = large;
  }

  static boolean tooLarge(long value) {
    return value >= LIMIT;
  }

  ZipEntryRecord with(long newCrc, long newCompressed, long newSize) {
    return new ZipEntryRecord(
        name, facts, method, flags, newCrc, newCompressed, newSize, offset, large);
  }

  byte[] localHeader(int signature) {
    byte[] extra = new byte[32];
    ByteBuffer extras = little(extra);
    if (large) {
      extras.putShort((short) ZIP64_EXTRA).putShort((short) 16).putLong(0).putLong(0);
    }
    time(extras);
    byte[] bytes = new byte[30 + name.length + extras.position()];
    ByteBuffer header = little(bytes).putInt(signature);
    common(header, version(large));
    sizes(header).putShort((short) name.length).putShort((short) extras.position());
    header.put(name).put(extra, 0, extras.position());
    return bytes;
  }

  byte[] dataDescriptor(int signature) {
    byte[] bytes = new byte[large ? 24 : 16];
    ByteBuffer descriptor = little(bytes).putInt(signature).putInt((int) crc);
    if (large) {
      descriptor.putLong(compressed).putLong(size);
    } else {
      descriptor.putInt((int) compressed).putInt((int) size);
    }
    return bytes;
  }

  byte[] centralHeader() {
    byte[] extra = new byte[48];
    ByteBuffer extras = little(extra);
    boolean zip64 = large || tooLarge(offset);
    if (zip64) {
      extras.putShort((short) ZIP64_EXTRA).putShort((short) (large ? 24 : 8));
      if (large) {
        extras.putLong(size).putLong(compressed);
      }
      extras.putLong(offset);
    }
    time(extras);
    byte[] bytes = new byte[46 + name.length + extras.position()];
    ByteBuffer header = little(bytes).putInt(CENTRAL_HEADER);
    header.putShort((short) (UNIX | version(zip64)));
    common(header, version(zip64));
    sizes(header).putShort((short) name.length).putShort((short) extras.position());
    header.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(attributes());
    header.putInt(zip64 ? -1 : (int) offset);
    header.put(name).put(extra, 0, extras.position());
    return bytes;
  }

  private ByteBuffer sizes(ByteBuffer header) {
    header.putInt((int) crc);
    return header.putInt(large ? -1 : (int) compressed).putInt(large ? -1 : (int) size);
  }

  private static int version(boolean zip64) {
    return zip64 ? VERSION_ZIP64 : VERSION;
  }

  private void common(ByteBuffer header, int version) {
    header.putShort((short) version);
    header.putShort((short) (flags | UTF8_NAME)).putShort((short) method);
    dosTime(header);
  }

  /** Type and mode as stat(2) has them, in the upper half. */
  private int attributes() {
    return switch (facts.type()) {
      case DIRECTORY -> ((0040000 | facts.mode()) << 16) | DOS_DIRECTORY;
      case SYMLINK -> (0120000 | facts.mode()) << 16;
      case FILE, FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
          (0100000 | (facts.mode() & 0777)) << 16;
    };
  }

  private void dosTime(ByteBuffer header) {
    // the format's years; UTC, as the true time is in the extra field
    LocalDateTime time = LocalDateTime.ofInstant(facts.modified(), ZoneOffset.UTC);
    if (time.getYear() < 1980) {
      time = LocalDateTime.of(1980, 1, 1, 0, 0);
    } else if (time.getYear() > 2107) {
      time = LocalDateTime.of(2107, 12, 31, 23, 59, 58);
    }
    int clock = (time.getHour() << 11) | (time.getMinute() << 5) | (time.getSecond() / 2);
    int date = ((time.getYear() - 1980) << 9) | (time.getMonthValue() << 5) | time.getDayOfMonth();
    header.putShort((short) clock).putShort((short) date);
  }

  private void time(ByteBuffer extra) {
    long seconds = facts.modified().getEpochSecond();
    if (seconds == (int) seconds) {
      extra.putShort((short) TIME_EXTRA).putShort((short) 5).put((byte) 1).putInt((int) seconds);
    }
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
