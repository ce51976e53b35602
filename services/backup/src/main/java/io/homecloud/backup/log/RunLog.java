package io.homecloud.backup.log;

import io.homecloud.backup.run.PrivateDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What was said for one run, a line each, with time and who said it: the beginning and the end of
 * it, however much it was. It is only ever written at its end, so who comes after a crash goes on
 * with it. That it cannot be written is nobody's trouble but its reader's.
 */
public final class RunLog {
  static final int BEGINNING = 64 << 10;
  static final int END = 192 << 10;

  private static final Logger LOG = Logger.getLogger(RunLog.class);
  private static final ScopedValue<RunLog> OF_THIS = ScopedValue.newInstance();
  private static final int LONGEST_LINE = 2_000;
  private static final String LEFT_OUT = "… here something is left out …\n";

  private final Path first;
  private final Path last;
  private final Path before;
  private final Clock clock;
  private boolean whole;

  RunLog(Path directory, Clock clock) {
    this.first = directory.resolve("first");
    this.last = directory.resolve("last");
    this.before = directory.resolve("before");
    this.clock = clock;
  }

  /** Does something for the run: what is told meanwhile in this thread is told of it. */
  public <T> T during(Supplier<T> work) {
    return ScopedValue.where(OF_THIS, this).call(work::get);
  }

  /**
   * Tells the log of the run that this thread works for; nobody, when it works for none.
   *
   * @param who says it, a word
   * @param text may be anything, also of a program that wants to do harm
   */
  public static void tell(String who, String text) {
    if (OF_THIS.isBound()) {
      OF_THIS.get().add(who, text);
    }
  }

  /** Adds lines; nothing when there is nothing but blanks. */
  synchronized void add(String who, String text) {
    String head = clock.instant().truncatedTo(ChronoUnit.SECONDS) + " " + who + ": ";
    try {
      for (String line : lines(text)) {
        append((head + line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      LOG.debugf("%s is not written: %s", first, e.getMessage());
    }
  }

  /** Whether nobody has told anything yet. */
  public boolean isNew() {
    return !Files.exists(first);
  }

  private static List<String> lines(String text) {
    String some =
        text.length() <= BEGINNING + END
            ? text
            : text.substring(0, BEGINNING) + "\n…\n" + text.substring(text.length() - END);
    return some.lines()
        .filter(line -> !line.isBlank())
        .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line)
        .map(RunLog::harmless)
        .toList();
  }

  /** What would move a terminal's cursor, or turn round the letters after it, is not shown. */
  private static String harmless(String line) {
    StringBuilder safe = new StringBuilder(line.length());
    line.codePoints()
        .map(c ->
            switch (Character.getType(c)) {
              case Character.CONTROL,
                  Character.FORMAT,
                  Character.SURROGATE,
                  Character.LINE_SEPARATOR,
                  Character.PARAGRAPH_SEPARATOR ->
                  c == '\t' ? ' ' : '\uFFFD';
              default -> c;
            })
        .forEach(safe::appendCodePoint);
    return safe.toString();
  }

  private void append(byte[] line) throws IOException {
    PrivateDirectory.make(Objects.requireNonNull(first.getParent()));
    long ended = size(last);
    boolean early = ended == 0 && size(first) + line.length < BEGINNING;
    if (ended + line.length > END) {
      Files.move(last, before, StandardCopyOption.REPLACE_EXISTING);
    }
    Path file = early ? first : last;
    if (!whole && endsHalf(file)) {
      write(file, new byte[] {'\n'});
    }
    whole = true;
    write(file, line);
  }

  /** Whether who wrote it was killed in the middle of a line. */
  private static boolean endsHalf(Path file) throws IOException {
    byte[] there = bytes(file);
    return there.length > 0 && there[there.length - 1] != '\n';
  }

  private static void write(Path file, byte[] line) throws IOException {
    Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** All that there is, at most 256 KiB; empty when nobody has told anything. */
  Optional<String> read() throws IOException {
    if (isNew()) {
      return Optional.empty();
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] beginning = bytes(first);
    byte[] older = bytes(before);
    byte[] newer = bytes(last);
    all.write(beginning, 0, Math.min(beginning.length, BEGINNING));
    int left = Math.max(0, older.length + newer.length - END);
    if (left > 0) {
      all.writeBytes(LEFT_OUT.getBytes(StandardCharsets.UTF_8));
      // Whole lines only.
      while (left < older.length && older[left - 1] != '\n') {
        left++;
      }
    }
    all.write(older, Math.min(left, older.length), Math.max(0, older.length - left));
    all.writeBytes(newer);
    return Optional.of(plain(all.toByteArray()));
  }

  /** After a power cut a file may end with anything. */
  private static String plain(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] >= 0 && bytes[i] < ' ' && bytes[i] != '\n') {
        bytes[i] = '?';
      }
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }
}
