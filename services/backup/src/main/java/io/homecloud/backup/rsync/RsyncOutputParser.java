package io.homecloud.backup.rsync;

import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.tree.RunMark.Contents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code rsync --info=progress2 --stats --no-human-readable} says: progress, each
 * written over the one before with a carriage return, and the sums at the end.
 */
final class RsyncOutputParser {
  /** A path of 4095 bytes, each of which is written with five characters. */
  private static final int LONGEST = 24_000;

  /** Its sums have less than 20 lines. */
  private static final int MOST_SAID = 60;

  private static final Pattern PROGRESS =
      Pattern.compile(
          "\\s*([0-9]{1,18})\\s+([0-9]{1,3})%\\s+\\S+\\s+\\S+(?:\\s+\\(xfr#([0-9]{1,18}), (ir|to)-chk=([0-9]{1,18})/([0-9]{1,18})\\))?\\s*");
  private static final Pattern STATISTIC = Pattern.compile("([A-Z][a-z ]+): ([0-9]{1,18})(?: .*)?");

  private final Consumer<CopyProgress> listener;
  private final RsyncSums.Listener sums;
  private final StringBuilder line = new StringBuilder();
  private CopyProgress last = CopyProgress.NONE;
  private Contents contents = Contents.NONE;
  private boolean halfSet;
  private final List<String> said = new ArrayList<>();

  RsyncOutputParser(Consumer<CopyProgress> listener) {
    this(listener, (_, _) -> {});
  }

  RsyncOutputParser(Consumer<CopyProgress> listener, RsyncSums.Listener sums) {
    this.listener = listener;
    this.sums = sums;
  }

  void accept(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      char c = (char) (bytes[i] & 0xFF);
      if (c == '\r' || c == '\n') {
        understand(line.toString());
        line.setLength(0);
      } else if (line.length() < LONGEST) {
        line.append(c);
      }
    }
  }

  private void understand(String text) {
    Optional<RsyncItem> item = RsyncItem.of(text);
    if (item.isPresent()) {
      RsyncSums.tell(item.get(), sums);
      halfSet |= item.get().mayBeHalfSet();
      return;
    }
    Optional<CopyProgress> progress = progress(text, last);
    if (progress.isPresent()) {
      last = progress.get();
      listener.accept(last);
      return;
    }
    if (!text.isBlank() && said.size() < MOST_SAID) {
      said.add(text);
    }
    Matcher statistic = STATISTIC.matcher(text);
    if (statistic.matches()) {
      sum(statistic.group(1), Long.parseLong(statistic.group(2)));
    }
  }

  /** The line as progress; what it does not say is as before. */
  static Optional<CopyProgress> progress(String line, CopyProgress before) {
    Matcher form = PROGRESS.matcher(line);
    if (!form.matches()) {
      return Optional.empty();
    }
    long bytes = Long.parseLong(form.group(1));
    long percent = Long.parseLong(form.group(2));
    if (form.group(3) == null) {
      return Optional.of(
          new CopyProgress(
              bytes,
              before.filesCopied(),
              before.checked(),
              before.known(),
              before.all(),
              before.all() ? all(bytes, percent) : 0));
    }
    long known = Long.parseLong(form.group(6));
    // It says ir-chk as long as it still reads directories.
    boolean all = form.group(4).equals("to");
    return Optional.of(
        new CopyProgress(
            bytes,
            Long.parseLong(form.group(3)),
            known - Long.parseLong(form.group(5)),
            known,
            all,
            all ? all(bytes, percent) : 0));
  }

  /** Of the bytes of all files, whether they have to be copied or not, so many are a percent. */
  private static long all(long bytes, long percent) {
    return percent == 0 ? 0 : percent == 100 ? bytes : bytes * 200 / (2 * percent + 1);
  }

  private void sum(String name, long value) {
    contents =
        switch (name) {
          case "Number of files" ->
              new Contents(value, contents.bytes(), contents.filesCopied(), contents.bytesCopied());
          case "Total file size" ->
              new Contents(contents.files(), value, contents.filesCopied(), contents.bytesCopied());
          case "Number of regular files transferred" ->
              new Contents(contents.files(), contents.bytes(), value, contents.bytesCopied());
          case "Total transferred file size" ->
              new Contents(contents.files(), contents.bytes(), contents.filesCopied(), value);
          default -> contents;
        };
  }

  /** Lines that are neither progress nor of a file. */
  List<String> said() {
    return List.copyOf(said);
  }

  Contents contents() {
    return contents;
  }

  /** Whether something has to be looked at a second time: {@link RsyncItem#mayBeHalfSet}. */
  boolean halfSet() {
    return halfSet;
  }
}
