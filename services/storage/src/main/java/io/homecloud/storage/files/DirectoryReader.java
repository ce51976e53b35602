package io.homecloud.storage.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Reads the entries of one directory, in the order and as fast as the file system gives them. */
final class DirectoryReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 32 * 1024;
  private static final int NAME_OFFSET = 19; // struct linux_dirent64
  private static final byte DT_UNKNOWN = 0;
  private static final byte DT_DIR = 4;

  private final Descriptor directory;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
  private int filled;
  private int next;
  private long position;
  private byte type;
  private boolean unnamable;

  /** Takes over the descriptor and closes it in the end. */
  DirectoryReader(Descriptor directory) {
    this.directory = directory;
  }

  Descriptor directory() {
    return directory;
  }

  /** The next name, without {@code .} and {@code ..}; null at the end. */
  @Nullable FileName next() throws FileRefused {
    while (true) {
      if (next >= filled) {
        filled = Kernel.entries(directory, buffer);
        next = 0;
        if (filled == 0) {
          return null;
        }
      }
      int entry = next;
      next += Short.toUnsignedInt(buffer.get(JAVA_SHORT_UNALIGNED, entry + 16L));
      position = buffer.get(JAVA_LONG_UNALIGNED, entry + 8L);
      type = buffer.get(JAVA_BYTE, entry + 18L);
      byte[] bytes = name(entry + NAME_OFFSET);
      FileName name = FileName.orNull(bytes);
      if (name != null) {
        return name;
      }
      // some foreign file systems have names that are too long for all others
      unnamable |= bytes.length > FileName.MAX_BYTES;
    }
  }

  private byte[] name(int start) {
    int end = start;
    while (buffer.get(JAVA_BYTE, end) != 0) {
      end++;
    }
    return buffer.asSlice(start, end - start).toArray(JAVA_BYTE);
  }

  /**
   * Whether entries were left out since this was asked last, because no name can be like theirs.
   */
  boolean metUnnamable() {
    boolean met = unnamable;
    unnamable = false;
    return met;
  }

  /** Whether the entry last read may be a directory; the file system need not say. */
  boolean perhapsDirectory() {
    return type == DT_DIR || type == DT_UNKNOWN;
  }

  /** Where the entry after the one last read is, for {@link #seek} in another reader. */
  long position() {
    return position;
  }

  void seek(long toPosition) throws FileRefused {
    Kernel.seek(directory, toPosition);
    filled = 0;
    next = 0;
    position = toPosition;
  }

  @Override
  public void close() {
    arena.close();
    directory.close();
  }
}
