package io.homecloud.backup.rsync;

import io.homecloud.backup.Trouble;
import io.homecloud.host.libc.Errno;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What rsync's exit code and its errors mean (rsync(1), EXIT VALUES). */
final class RsyncFailureParser {
  /** Of flock(1): another process has the lock. */
  static final int LOCKED = 75;

  private static final int SOCKET = 10;
  private static final int PROTOCOL = 12;
  private static final int SIGNALLED = 19;
  private static final int INTERRUPTED = 20;
  private static final int TIMED_OUT = 30;
  private static final int KILLED = 128;

  /** Rsync or who it spoke to was killed, or the line between them was lost. */
  private static final Set<Integer> CUT_OFF =
      Set.of(SOCKET, PROTOCOL, SIGNALLED, INTERRUPTED, TIMED_OUT);

  private static final int LONGEST = 600;
  private static final Pattern NUMBER = Pattern.compile("\\(([0-9]{1,3})\\)\\s*$");

  /**
   * Where a directory of the copy is a further name of a file now, rsync 3.5.0 makes that and then
   * asks for the default access list of what is no directory any more. Asked again it is content.
   */
  private static final Pattern ASKED_A_FILE =
      Pattern.compile(
          "rsync: \\[generator\\] get_acl: sys_acl_get_file\\(.*, ACL_TYPE_DEFAULT\\): .*\\(13\\)\\s*");

  private static final int PARTIAL = 23;

  private RsyncFailureParser() {}

  static Trouble trouble(int code, String errors) {
    if (code == LOCKED) {
      return Trouble.TargetBusy;
    }
    List<Integer> numbers =
        errors
            .lines()
            // On ext4 that is one file with more attributes than a block holds, on a disk with
            // room.
            .filter(line -> !line.contains("rsync_xal_set"))
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
    if (code == PARTIAL && onlyAskedFiles(errors)) {
      return Trouble.Interrupted;
    }
    if (CUT_OFF.contains(code) || code >= KILLED) {
      return Trouble.Interrupted;
    }
    boolean gone =
        errors.lines().anyMatch(line -> line.contains("link_stat") && line.endsWith("(2)"));
    return gone ? Trouble.SourceGone : Trouble.CopyFailed;
  }

  private static boolean onlyAskedFiles(String errors) {
    return errors
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("rsync error: "))
        .allMatch(line -> ASKED_A_FILE.matcher(line).matches());
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
