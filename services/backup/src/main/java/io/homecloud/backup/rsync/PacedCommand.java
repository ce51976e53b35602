package io.homecloud.backup.rsync;

import io.homecloud.backup.engine.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A copy that is not faster than it may be, and ends orderly when that does not hold any more. */
final class PacedCommand {
  /** Of timeout(1): the time was over. */
  static final int OVER = 124;

  private static final int KIB = 1024;

  private PacedCommand() {}

  static List<String> of(Transfer copy, Pace.Step step) {
    List<String> command = copy.command();
    if (step.free() && !copy.keepsParts()) {
      return command;
    }
    List<String> argv = new ArrayList<>();
    step.holds()
        .ifPresent(holds ->
            // What is asked to end by a signal keeps the part of a large file that it has.
            argv.addAll(List.of("timeout", "--signal=INT", "--kill-after=60s", seconds(holds))));
    int end = command.lastIndexOf("--");
    argv.addAll(command.subList(0, end));
    step.bytesPerSecond().ifPresent(limit -> argv.add("--bwlimit=" + Math.max(1, limit / KIB)));
    // Outside of the copy, in which nothing but the files is ever left.
    argv.add("--no-whole-file");
    argv.add("--partial-dir=" + copy.partial());
    argv.addAll(command.subList(end, command.size()));
    return argv;
  }

  private static String seconds(Duration holds) {
    return String.format(Locale.ROOT, "%.3f", Math.max(1, holds.toMillis()) / 1000.0);
  }
}
