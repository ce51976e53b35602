package io.homecloud.sharing.ganesha;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines of Ganesha's log: time, epoch, host, process, function, part, weight, text. */
final class GaneshaLog {
  private static final Pattern LINE =
      Pattern.compile(".* : epoch \\p{XDigit}+ : .* :([^:]+) :([A-Z_]+) :(.*)");

  private GaneshaLog() {}

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
