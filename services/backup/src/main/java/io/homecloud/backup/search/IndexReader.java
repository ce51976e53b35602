package io.homecloud.backup.search;

import io.homecloud.backup.rsync.FileSum;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads an index from its beginning to its end, a version at a time, without making anything that
 * was not asked for.
 */
final class IndexReader implements AutoCloseable {
  private static final int LONGEST_PATH = 4095 + 256;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;

  private final byte[] path = new byte[LONGEST_PATH];
  private int length;
  private int first;
  private int last;
  private long size;
  private long modified;
  private int flags;
  private long sumHigh;
  private long sumLow;

  private IndexReader(InputStream in) {
    this.in = in;
  }

  /** Of an index that is not there, or not one, it has nothing. */
  static IndexReader of(Path file) throws IOException {
    if (!Files.exists(file)) {
      return new IndexReader(InputStream.nullInputStream());
    }
    IndexReader reader = new IndexReader(Files.newInputStream(file));
    for (byte expected : IndexWriter.MAGIC) {
      if (reader.octet() != expected) {
        reader.close();
        throw new DamagedIndex(file + " is no index");
      }
    }
    return reader;
  }

  /**
   * Goes to the next version; false when there is none.
   *
   * @throws DamagedIndex when the file is cut off or damaged
   */
  boolean next() throws IOException {
    if (at == end && !fill()) {
      flags = IndexWriter.END;
      return false;
    }
    flags = octet() & 0xFF;
    if (flags == IndexWriter.END) {
      return false;
    }
    int prefix = small();
    int more = small();
    if (prefix > length || prefix + more > path.length) {
      throw new DamagedIndex("the index is damaged");
    }
    for (int i = prefix; i < prefix + more; ) {
      if (at == end && !fill()) {
        throw new DamagedIndex("the index is cut off");
      }
      int count = Math.min(end - at, prefix + more - i);
      System.arraycopy(buffer, at, path, i, count);
      at += count;
      i += count;
    }
    length = prefix + more;
    first = small();
    last = (flags & IndexWriter.OPEN_BIT) != 0 ? Version.OPEN : small();
    size = number();
    modified = whole();
    if ((flags & IndexWriter.SUM_BIT) != 0) {
      sumHigh = whole();
      sumLow = whole();
    }
    return true;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }

  private byte octet() throws IOException {
    if (at == end && !fill()) {
      throw new DamagedIndex("the index is cut off");
    }
    return buffer[at++];
  }

  private long whole() throws IOException {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | (octet() & 0xFF);
    }
    return value;
  }

  private int small() throws IOException {
    long number = number();
    if (number < 0 || number >= Version.OPEN) {
      throw new DamagedIndex("the index is damaged");
    }
    return (int) number;
  }

  private long number() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte one = octet();
      value |= (long) (one & 0x7F) << shift;
      if (one >= 0) {
        return value;
      }
    }
    throw new DamagedIndex("the index is damaged");
  }

  /** The path's bytes, of which only the first {@link #length} count; not to be kept. */
  byte[] pathBytes() {
    return path;
  }

  int length() {
    return length;
  }

  RelativePath path() {
    return RelativePath.of(path, 0, length);
  }

  int first() {
    return first;
  }

  int last() {
    return last;
  }

  long size() {
    return size;
  }

  boolean isFile() {
    return (flags & IndexWriter.TYPE_BITS) == IndexWriter.code(FileType.FILE);
  }

  Version version() throws IOException {
    FileSum sum = (flags & IndexWriter.SUM_BIT) == 0 ? null : new FileSum(sumHigh, sumLow);
    try {
      FileType type = FileType.ofMode((flags & IndexWriter.TYPE_BITS) << IndexWriter.TYPE_SHIFT);
      return new Version(type, size, modified, first, last, sum);
    } catch (IllegalArgumentException e) {
      throw new DamagedIndex("the index is damaged", e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
