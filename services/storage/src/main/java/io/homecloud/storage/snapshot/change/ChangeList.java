package io.homecloud.storage.snapshot.change;

import io.homecloud.host.path.RelativePath;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes between two snapshots, in the order of their paths, in a file: a page costs its own
 * length however many there are. Snapshots do not change, so the file is good for as long as both
 * exist. May be read by several threads.
 *
 * <p>The file: the changes ({@link ChangeCodec}), then for each the place where it begins, then the
 * four totals and the word at the end.
 */
public final class ChangeList implements AutoCloseable {
  static final long END = 0x6863_6368_616E_6731L;
  static final int FOOTER = 5 * Long.BYTES;

  private final FileChannel file;
  private final ChangeTotals totals;
  private final long index;

  private ChangeList(FileChannel file, ChangeTotals totals, long index) {
    this.file = file;
    this.totals = totals;
    this.index = index;
  }

  /**
   * Opens a file that {@link SnapshotDiff} wrote.
   *
   * @throws UncheckedIOException when it is none, or cannot be read
   */
  public static ChangeList open(Path path) {
    try {
      FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
      try {
        ByteBuffer footer = read(file, file.size() - FOOTER, FOOTER);
        ChangeTotals totals =
            new ChangeTotals(
                footer.getLong(), footer.getLong(), footer.getLong(), footer.getLong());
        long index = file.size() - FOOTER - totals.all() * Long.BYTES;
        if (footer.getLong() != END || index < 0) {
          throw new IOException(path + " is no list of changes");
        }
        return new ChangeList(file, totals, index);
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ChangeTotals totals() {
    return totals;
  }

  /** How many there are. */
  public long size() {
    return totals.all();
  }

  /** At most {@code limit} changes from the one with this number on, counted from 0. */
  public List<FileChange> page(long from, int limit) {
    List<FileChange> page = new ArrayList<>();
    for (long i = from; i < size() && page.size() < limit; i++) {
      page.add(get(i));
    }
    return page;
  }

  /** The number of the first change whose path is this one or comes after it. */
  public long position(RelativePath path) {
    long low = 0;
    long high = size();
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (get(middle).path().compareTo(path) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private FileChange get(long number) {
    try {
      long entry = index + number * Long.BYTES;
      boolean last = number == size() - 1;
      ByteBuffer places = read(file, entry, last ? Long.BYTES : 2 * Long.BYTES);
      long from = places.getLong();
      long to = last ? index : places.getLong();
      return ChangeCodec.read(read(file, from, Math.toIntExact(to - from)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteBuffer read(FileChannel file, long from, int length) throws IOException {
    if (from < 0 || length < 0 || length > ChangeCodec.LONGEST) {
      throw new EOFException("no list of changes");
    }
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, from + buffer.position()) < 0) {
        throw new EOFException("no list of changes");
      }
    }
    return buffer.flip();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
