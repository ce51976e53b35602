package io.homecloud.sharing.ganesha;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines of Ganesha's log: time, epoch, host, process, function, part, weight, text. */
final class GaneshaLog {
  private static final Pattern LINE =
      Pattern.compile(".* : epoch \\p{XDigit}+ : .* :([^:]+) :([A-Z_]+) :(.*)");

  private static final Pattern ACCESS =
      Pattern.compile(
          ".* : epoch \\p{XDigit}+ : .* :(NFS3|NFS4|FH|MDCACHE) :(DEBUG|M_DBG|F_DBG) :.*");

  private static final Pattern HEAD = Pattern.compile(".* : epoch \\p{XDigit}+ : .*");

  private GaneshaLog() {}

  /**
   * All lines but those from which {@link AccessTrail} learns what clients do, with what belongs to
   * them: a name may have line breaks.
   */
  static Predicate<String> withoutAccesses() {
    return new Predicate<>() {
      private boolean kept = true;

      @Override
      public boolean test(String line) {
        if (HEAD.matcher(line).matches()) {
          kept = !ACCESS.matcher(line).matches();
        }
        return kept;
      }
    };
  }

  /** What it complained about, in its words; all lines when none is in its form. */
  static List<String> complaints(List<String> lines) {
    List<String> found =
        lines.stream().map(GaneshaLog::complaint).flatMap(Optional::stream).toList();
    return found.isEmpty() ? lines : found;
  }

  /** Whether a client came or went; not all do so with a line. */
  static boolean ofClients(String line) {
    return line.contains(":SETCLIENTID_CONFIRM client ")
        || line.contains(":CREATE_SESSION client ")
        || line.contains(":Expiring {")
        || (line.contains(":svc_vc_wait: ") && line.contains("(will set dead)"));
  }

  private static Optional<String> complaint(String line) {
    Matcher match = LINE.matcher(line);
    return match.matches() && (match.group(2).equals("CRIT") || match.group(2).equals("FATAL"))
        ? Optional.of(match.group(3).strip())
        : Optional.empty();
  }
}
