package io.homecloud.host;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * What a daemon tells as it works, line by line as it happens and never on a disk: a named pipe. It
 * is held open for writing by us as well, so who has it open never waits for a reader; after our
 * end its lines go nowhere.
 */
public final class LinePipe implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LinePipe.class);
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final int LONGEST_LINE = 16 << 10;

  private final RandomAccessFile pipe;
  private final Thread reader;
  private volatile boolean closed;

  private LinePipe(RandomAccessFile pipe, Path path, Consumer<String> listener) {
    this.pipe = pipe;
    reader =
        Thread.ofPlatform()
            .daemon()
            .name("lines " + path.getFileName())
            .unstarted(() -> read(listener));
  }

  /**
   * @param listener hears each line, a character for each byte, in a thread of its own; the daemon
   *     waits when it takes long
   */
  public static LinePipe open(Host host, Path path, Consumer<String> listener) throws IOException {
    Files.deleteIfExists(path);
    HostResult made = host.run(new HostCommand(DEADLINE, "mkfifo", "-m", "0600", path.toString()));
    if (!(made instanceof HostResult.Exited(int code, _, _)) || code != 0) {
      throw new IOException("no pipe at " + path + ": " + made);
    }
    LinePipe lines = new LinePipe(new RandomAccessFile(path.toFile(), "rw"), path, listener);
    lines.reader.start();
    return lines;
  }

  private void read(Consumer<String> listener) {
    byte[] buffer = new byte[8192];
    StringBuilder line = new StringBuilder();
    try (pipe) {
      while (!closed) {
        int count = pipe.read(buffer);
        for (char c : new String(buffer, 0, count, StandardCharsets.ISO_8859_1).toCharArray()) {
          if (c != '\n') {
            if (line.length() < LONGEST_LINE) {
              line.append(c);
            }
          } else {
            tell(listener, line.toString());
            line.setLength(0);
          }
        }
      }
    } catch (IOException e) {
      LOG.error("What a daemon tells cannot be read", e);
    }
  }

  private static void tell(Consumer<String> listener, String line) {
    try {
      listener.accept(line);
    } catch (RuntimeException e) {
      LOG.errorf(e, "A line of a daemon was not understood");
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    pipe.write('\n'); // it waits for something to read
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
