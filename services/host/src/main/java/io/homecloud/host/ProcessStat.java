package io.homecloud.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code /proc/<pid>/stat} says of a process (proc_pid_stat(5)).
 *
 * @param pid its number, used again after its end
 * @param state one letter, Z for one that ended and was not waited for
 * @param parent the process that is told of its end
 * @param session the pid of the session's leader, kept from reuse while a member lives
 * @param threads how many it has, also when the first of them is a zombie already
 * @param startTicks when it started, in clock ticks since boot: with the pid, an identity
 */
record ProcessStat(long pid, char state, long parent, long session, int threads, long startTicks) {
  private static final int STATE = 0;
  private static final int PARENT = 1;
  private static final int SESSION = 3;
  private static final int THREADS = 17;
  private static final int START = 19;

  static Optional<ProcessStat> of(long pid) {
    try {
      Path file = Path.of("/proc", Long.toString(pid), "stat");
      return parse(pid, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /**
   * The second field, the program's name, may hold anything, so what counts is its last bracket.
   */
  static Optional<ProcessStat> parse(long pid, String line) {
    int name = line.lastIndexOf(") ");
    if (name < 0) {
      return Optional.empty();
    }
    String[] fields = line.substring(name + 2).strip().split(" ", START + 2);
    if (fields.length <= START) {
      return Optional.empty();
    }
    return Optional.of(
        new ProcessStat(
            pid,
            fields[STATE].charAt(0),
            Long.parseLong(fields[PARENT]),
            Long.parseLong(fields[SESSION]),
            Integer.parseInt(fields[THREADS]),
            Long.parseLong(fields[START])));
  }

  /** A zombie's last thread may still hold its ports and files, after a kill for a second. */
  boolean ended() {
    return state == 'X' || (state == 'Z' && threads <= 1);
  }
}
