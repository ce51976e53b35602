package io.homecloud.host;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * What a daemon writes to its outputs: in a file, of which one earlier is kept, and its last lines
 * at hand. A disk that is full costs lines of the file and never stops the daemon.
 */
final class DaemonLog {
  private static final Logger LOG = Logger.getLogger(DaemonLog.class);
  private static final int KEPT_LINES = 200;
  private static final int LONGEST_LINE = 2048;

  private final Path file;
  private final long bound;
  private final Predicate<String> kept;
  private final Deque<String> lines = new ArrayDeque<>();
  private final List<Consumer<String>> readers = new CopyOnWriteArrayList<>();

  /**
   * @param bound of the file in bytes; with the earlier one there is twice as much
   * @param kept which lines are; all are heard
   */
  DaemonLog(Path file, long bound, Predicate<String> kept) {
    this.file = file;
    this.bound = bound;
    this.kept = kept;
  }

  /** The newest last. */
  List<String> lastLines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** Hears each line from now on, in the thread that reads them; must not take long. */
  void onLine(Consumer<String> reader) {
    readers.add(reader);
  }

  /** Reads to the end of the daemon's life. */
  void drain(InputStream output) {
    byte[] buffer = new byte[8192];
    StringBuilder line = new StringBuilder();
    try (output) {
      for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
        String chunk = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        String lines = split(chunk, line);
        String all = kept.equals(DaemonSpec.EVERYTHING) ? chunk : lines;
        append(all.getBytes(StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      LOG.warnf(e, "Output of the daemon of %s cannot be read", file);
    }
    if (!line.isEmpty()) {
      var _ = keep(line.toString());
    }
  }

  /** Those that ended and are kept. */
  private String split(String chunk, StringBuilder line) {
    StringBuilder ended = new StringBuilder();
    for (int i = 0; i < chunk.length(); i++) {
      char c = chunk.charAt(i);
      if (c == '\n') {
        if (keep(line.toString())) {
          ended.append(line).append('\n');
        }
        line.setLength(0);
      } else if (line.length() < LONGEST_LINE) {
        line.append(c);
      }
    }
    return ended.toString();
  }

  private boolean keep(String latin) {
    // One byte per character until here, so that a character cut by a buffer's end stays whole.
    String line = new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    boolean keeps = kept.test(line);
    if (keeps) {
      synchronized (lines) {
        lines.addLast(line);
        if (lines.size() > KEPT_LINES) {
          lines.removeFirst();
        }
      }
    }
    for (Consumer<String> reader : readers) {
      try {
        reader.accept(line);
      } catch (RuntimeException e) {
        LOG.errorf(e, "A reader of %s failed", file);
      }
    }
    return keeps;
  }

  private void append(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    try {
      if (Files.exists(file) && Files.size(file) + bytes.length > bound) {
        Path earlier = file.resolveSibling(file.getFileName() + ".1");
        Files.move(file, earlier, StandardCopyOption.REPLACE_EXISTING);
      }
      try (OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND))) {
        out.write(bytes);
      }
    } catch (IOException e) {
      LOG.debugf(e, "Log %s cannot be written", file);
    }
  }
}
