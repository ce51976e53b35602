package io.homecloud.backup.rsync;

import io.homecloud.backup.Trouble;
import io.homecloud.host.libc.Errno;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What rsync's exit code and its errors mean (rsync(1), EXIT VALUES). */
final class RsyncFailureParser {
  /** Of flock(1): another process has the lock. */
  static final int LOCKED = 75;

  private static final int PROTOCOL = 12;
  private static final int SIGNALLED = 19;
  private static final int INTERRUPTED = 20;
  private static final int KILLED = 128;
  private static final int LONGEST = 600;
  private static final Pattern NUMBER = Pattern.compile("\\(([0-9]{1,3})\\)\\s*$");

  private RsyncFailureParser() {}

  static Trouble trouble(int code, String errors) {
    if (code == LOCKED) {
      return Trouble.TargetBusy;
    }
    List<Integer> numbers =
        errors
            .lines()
            .map(NUMBER::matcher)
            .filter(Matcher::find)
            .map(m -> Integer.valueOf(m.group(1)))
            .toList();
    if (numbers.contains(Errno.ENOSPC.number()) || numbers.contains(Errno.EDQUOT.number())) {
      return Trouble.TargetFull;
    }
    if (numbers.contains(Errno.EROFS.number())) {
      return Trouble.TargetReadOnly;
    }
    if (code == PROTOCOL || code == SIGNALLED || code == INTERRUPTED || code >= KILLED) {
      return Trouble.Interrupted;
    }
    boolean gone =
        errors.lines().anyMatch(line -> line.contains("link_stat") && line.endsWith("(2)"));
    return gone ? Trouble.SourceGone : Trouble.CopyFailed;
  }

  /** The first things that it complained of. */
  static String sentence(int code, String errors) {
    String first =
        errors
            .lines()
            .filter(line -> line.startsWith("rsync: "))
            .limit(3)
            .reduce((a, b) -> a + "; " + b)
            .orElse(errors.lines().findFirst().orElse(""));
    String cut = first.length() > LONGEST ? first.substring(0, LONGEST) + "…" : first;
    return "rsync ended with code " + code + (cut.isEmpty() ? "." : ": " + cut.strip());
  }
}
