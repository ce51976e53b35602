package io.homecloud.storage.snapshot.change;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** Writes the file of a {@link ChangeList}; it appears under its name when it is whole. */
final class ChangeListWriter implements Consumer<FileChange>, AutoCloseable {
  private final Path target;
  private final Path part;
  private final FileChannel file;
  private final Table places;
  private final ByteBuffer buffer = ByteBuffer.allocate(2 * ChangeCodec.LONGEST);
  private long written;
  private ChangeTotals totals = ChangeTotals.NONE;

  ChangeListWriter(Path target, Scratch scratch) throws IOException {
    this.target = target;
    this.part = target.resolveSibling(target.getFileName() + ".part");
    this.places = new Table(scratch, Long.BYTES);
    this.file =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  @Override
  public void accept(FileChange change) {
    if (buffer.remaining() < ChangeCodec.LONGEST) {
      flush();
    }
    places.setLong(places.add(), 0, written + buffer.position());
    ChangeCodec.write(change, buffer);
    totals = totals.plus(change);
  }

  /** Ends the file and gives it its name. */
  void finish() throws IOException {
    for (int i = 0; i < places.size(); i++) {
      putLong(places.getLong(i, 0));
    }
    putLong(totals.added());
    putLong(totals.changed());
    putLong(totals.deleted());
    putLong(totals.renamed());
    putLong(ChangeList.END);
    flush();
    file.close();
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private void putLong(long number) {
    if (buffer.remaining() < JAVA_LONG.byteSize()) {
      flush();
    }
    buffer.putLong(number);
  }

  private void flush() {
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        written += file.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    buffer.clear();
  }

  /** Without {@link #finish} nothing is left. */
  @Override
  public void close() throws IOException {
    file.close();
    Files.deleteIfExists(part);
  }
}
