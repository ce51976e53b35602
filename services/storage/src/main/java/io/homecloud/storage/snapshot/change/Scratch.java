package io.homecloud.storage.snapshot.change;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Memory for one computation: the first {@link #HEAP} bytes are of the heap, what is beyond lies in
 * a file without a name that goes away with the process. So a difference of a million files costs
 * the file cache, which the system takes back when it needs it, and not the heap. For one thread.
 */
final class Scratch implements AutoCloseable {
  /** How much of the heap is used, in bytes. */
  static final int HEAP = 4 * 1024 * 1024;

  private final Path directory;
  private final Arena arena = Arena.ofConfined();
  private @Nullable FileChannel file;
  private long used;
  private int heapLeft;

  /**
   * @param directory on a disk with room
   */
  Scratch(Path directory) {
    this(directory, HEAP);
  }

  Scratch(Path directory, int heap) {
    this.directory = directory;
    this.heapLeft = heap;
  }

  /** So many zero bytes, a multiple of 8, at an address that longs can be read from. */
  MemorySegment allocate(int bytes) {
    if (bytes <= heapLeft) {
      heapLeft -= bytes;
      return MemorySegment.ofArray(new long[bytes / Long.BYTES]);
    }
    heapLeft = 0;
    try {
      FileChannel opened = file == null ? open() : file;
      file = opened;
      long at = used;
      used += bytes;
      return opened.map(MapMode.READ_WRITE, at, bytes, arena);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FileChannel open() throws IOException {
    Path path = Files.createTempFile(directory, "scratch", null);
    FileChannel unnamed = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Files.delete(path);
    return unnamed;
  }

  @Override
  public void close() {
    arena.close();
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
