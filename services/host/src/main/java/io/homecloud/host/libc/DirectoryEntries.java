package io.homecloud.host.libc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The names in an open directory, one at a time, without {@code .} and {@code ..}; takes the same
 * memory however many there are; for one thread. Format: struct linux_dirent64 of getdents64(2).
 */
public final class DirectoryEntries implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;
  private static final int LENGTH_AT = 16;
  private static final int NAME_AT = 19;

  private final Descriptor directory;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(BUFFER, 8);
  private long at;
  private long end;
  private long failure;

  /** Closes the directory in the end. */
  public DirectoryEntries(Descriptor directory) {
    this.directory = directory;
  }

  /** The next name; empty after the last, and when reading failed, which {@link #failure} says. */
  public Optional<byte[]> next() {
    while (true) {
      if (at == end && !fill()) {
        return Optional.empty();
      }
      int length = buffer.get(JAVA_SHORT_UNALIGNED, at + LENGTH_AT) & 0xFFFF;
      int size = 0;
      while (buffer.get(JAVA_BYTE, at + NAME_AT + size) != 0) {
        size++;
      }
      byte[] name = buffer.asSlice(at + NAME_AT, size).toArray(JAVA_BYTE);
      at += length;
      boolean dots = name[0] == '.' && (size == 1 || (size == 2 && name[1] == '.'));
      if (!dots) {
        return Optional.of(name);
      }
    }
  }

  private boolean fill() {
    long got = FileCalls.entries(directory.number(), buffer);
    at = 0;
    end = Math.max(0, got);
    failure = Math.min(0, got);
    return got > 0;
  }

  /** 0, or the negative {@link Errno} number of what ended it too early. */
  public long failure() {
    return failure;
  }

  @Override
  public void close() {
    directory.close();
    arena.close();
  }
}
