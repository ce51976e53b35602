package io.homecloud.storage.files;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Writes a file of true length, of which only the two ends are kept; between them is a hole. */
final class EndsOutput extends OutputStream {
  private static final int KEPT = 8 << 20;

  private final RandomAccessFile file;
  private final byte[] last = new byte[KEPT];
  private long length;

  EndsOutput(Path path) throws IOException {
    file = new RandomAccessFile(path.toFile(), "rw");
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int start, int count) throws IOException {
    if (length < KEPT) {
      file.write(bytes, start, count);
    }
    for (int done = 0; done < count; ) {
      int at = (int) ((length + done) % KEPT);
      int piece = Math.min(count - done, KEPT - at);
      System.arraycopy(bytes, start + done, last, at, piece);
      done += piece;
    }
    length += count;
  }

  @Override
  public void close() throws IOException {
    file.setLength(length);
    if (length > KEPT) {
      int oldest = (int) (length % KEPT);
      file.seek(length - KEPT);
      file.write(last, oldest, KEPT - oldest);
      file.write(last, 0, oldest);
    }
    file.close();
  }
}
