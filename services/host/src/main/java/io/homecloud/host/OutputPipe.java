package io.homecloud.host;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A pipe that ends when all who may write to it are gone. The JDK's own is closed at the program's
 * exit, whatever a descendant still writes: how much of that is read would be chance.
 */
final class OutputPipe implements AutoCloseable {
  private final int write;
  private final InputStream output;
  private boolean given;

  OutputPipe() throws IOException {
    int[] ends = Libc.pipe();
    write = ends[1];
    try {
      output = new FileInputStream("/proc/self/fd/" + ends[0]);
    } catch (IOException e) {
      Libc.close(write);
      throw e;
    } finally {
      Libc.close(ends[0]);
    }
  }

  /** For the program; valid until {@link #started}. */
  ProcessBuilder.Redirect end() {
    return ProcessBuilder.Redirect.to(new File("/proc/self/fd/" + write));
  }

  /** The program has its end now, and ours must not hold the pipe open. */
  InputStream started() {
    Libc.close(write);
    given = true;
    return output;
  }

  /** Does nothing once the output was given away: who reads it closes it. */
  @Override
  public void close() throws IOException {
    if (!given) {
      given = true;
      Libc.close(write);
      output.close();
    }
  }
}
