package io.homecloud.sharing.httpd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** What httpd complained of last. */
final class HttpdWords {
  private static final int KEPT = 20;
  private static final int TOLD = 3;
  private static final int LONGEST = 300;

  /** Said at each start and reload. */
  private static final Pattern USUAL =
      Pattern.compile("AH(00489|00094|00493|00492|00491|00558|02282|00292|00169).*|Syntax OK|");

  private final Deque<String> lines = new ArrayDeque<>();

  synchronized void hear(String line) {
    if (!USUAL.matcher(line).matches()) {
      lines.addLast(line.length() > LONGEST ? line.substring(0, LONGEST) : line);
      if (lines.size() > KEPT) {
        lines.removeFirst();
      }
    }
  }

  synchronized void forget() {
    lines.clear();
  }

  /**
   * In one line.
   *
   * @param direct what it wrote before it had opened its log
   */
  synchronized String last(List<String> direct) {
    List<String> all = new ArrayList<>(shortened(direct));
    all.addAll(lines);
    return all.isEmpty()
        ? "it says nothing"
        : String.join("; ", all.subList(Math.max(0, all.size() - TOLD), all.size()));
  }

  static List<String> shortened(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .filter(line -> !USUAL.matcher(line).matches())
        .toList();
  }
}
