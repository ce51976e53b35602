package io.homecloud.sharing.picture;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Ends with an error when whoever reads it takes too long. */
final class TimedInput extends FilterInputStream {
  private final long end;

  TimedInput(InputStream in, Duration limit) {
    super(in);
    this.end = System.nanoTime() + limit.toNanos();
  }

  @Override
  public int read() throws IOException {
    check();
    return super.read();
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    check();
    return super.read(bytes, from, length);
  }

  private void check() throws IOException {
    if (System.nanoTime() - end > 0) {
      throw new IOException("it takes too long");
    }
  }
}
