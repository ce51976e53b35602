package io.homecloud.host.zip;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * The directory at the end of a zip file, gathered while the file is written. Kept compressed:
 * about 20 bytes for an entry, so that a million files need some 20 MiB.
 */
final class ZipDirectory {
  private static final int CHUNK_BYTES = 1 << 16;
  private static final long MOST_KEPT_BYTES = 96L << 20;
  private static final int ZIP64_END = 0x06064b50; // 4.3.14
  private static final int ZIP64_LOCATOR = 0x07064b50; // 4.3.15
  private static final int END = 0x06054b50; // 4.3.16
  private static final int MANY = 0xffff;

  private final List<InputStream> full = new ArrayList<>();
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private ByteArrayOutputStream chunk = new ByteArrayOutputStream(CHUNK_BYTES);
  private final DeflaterOutputStream kept =
      new DeflaterOutputStream(new Chunks(), deflater, CHUNK_BYTES / 4);
  private long entries;
  private long bytes;

  void add(ZipEntryRecord entry) throws IOException {
    byte[] header = entry.centralHeader();
    kept.write(header);
    bytes += header.length;
    entries++;
  }

  /** Writes it where the zip file is {@code offset} bytes long. */
  void writeTo(OutputStream out, long offset, byte[] comment) throws IOException {
    kept.finish();
    full.add(new ByteArrayInputStream(chunk.toByteArray()));
    InputStream compressed = new SequenceInputStream(Collections.enumeration(full));
    try (InputStream headers = new InflaterInputStream(compressed)) {
      headers.transferTo(out);
    }
    boolean zip64 =
        entries >= MANY || ZipEntryRecord.tooLarge(bytes) || ZipEntryRecord.tooLarge(offset);
    byte[] record = new byte[98 + comment.length];
    ByteBuffer end = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    if (zip64) {
      end.putInt(ZIP64_END).putLong(44).putShort((short) 45).putShort((short) 45);
      end.putInt(0).putInt(0).putLong(entries).putLong(entries).putLong(bytes).putLong(offset);
      end.putInt(ZIP64_LOCATOR).putInt(0).putLong(offset + bytes).putInt(1);
    }
    short count = (short) (zip64 ? MANY : entries);
    end.putInt(END).putShort((short) 0).putShort((short) 0).putShort(count).putShort(count);
    end.putInt(zip64 ? -1 : (int) bytes).putInt(zip64 ? -1 : (int) offset);
    end.putShort((short) comment.length).put(comment);
    out.write(record, 0, end.position());
  }

  void close() {
    deflater.end();
  }

  private final class Chunks extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int start, int length) throws IOException {
      if (chunk.size() + length > CHUNK_BYTES) {
        if ((full.size() + 1L) * CHUNK_BYTES > MOST_KEPT_BYTES) {
          throw new IOException("too many files for one zip file: " + entries);
        }
        full.add(new ByteArrayInputStream(chunk.toByteArray()));
        chunk = new ByteArrayOutputStream(CHUNK_BYTES);
      }
      chunk.write(from, start, length);
    }
  }
}
