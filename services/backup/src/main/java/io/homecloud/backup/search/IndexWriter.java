package io.homecloud.backup.search;

import io.homecloud.backup.rsync.FileSum;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Writes an index: paths in the order of a walk, each as what differs from the one before it, with
 * the versions of it. It takes the place of the one before when it is complete.
 */
final class IndexWriter implements AutoCloseable {
  static final byte[] MAGIC = "homecloud index 1\n".getBytes(StandardCharsets.US_ASCII);
  static final int OPEN_BIT = 0x10;
  static final int SUM_BIT = 0x20;
  static final int TYPE_BITS = 0x0F;
  static final int TYPE_SHIFT = 12;
  static final int END = 0xFF;

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final Path next;
  private final DataOutputStream out;
  private byte[] before = {};

  IndexWriter(Path file) throws IOException {
    this.file = file;
    this.next = file.resolveSibling(file.getFileName() + ".next");
    this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(next), BUFFER));
    out.write(MAGIC);
  }

  /** The four bits of a mode that say what an inode is. */
  static int code(FileType type) {
    return type.bits() >> TYPE_SHIFT;
  }

  void write(RelativePath path, Version version) throws IOException {
    byte[] bytes = path.bytes();
    int shared = Arrays.mismatch(before, bytes);
    int prefix = shared < 0 ? bytes.length : shared;
    FileSum sum = version.sum();
    out.writeByte(
        code(version.type()) | (version.open() ? OPEN_BIT : 0) | (sum == null ? 0 : SUM_BIT));
    number(prefix);
    number(bytes.length - prefix);
    out.write(bytes, prefix, bytes.length - prefix);
    number(version.first());
    if (!version.open()) {
      number(version.last());
    }
    number(version.size());
    out.writeLong(version.modified());
    if (sum != null) {
      sum.write(out);
    }
    before = bytes;
  }

  /** Seven bits a byte, the least first. */
  private void number(long value) throws IOException {
    long rest = value;
    while (rest >= 0x80) {
      out.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /** From now on it is the index. */
  void complete() throws IOException {
    out.writeByte(END);
    out.close();
    try (FileChannel written = FileChannel.open(next, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    io.homecloud.host.WholeFile.move(next, file);
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(next);
  }
}
