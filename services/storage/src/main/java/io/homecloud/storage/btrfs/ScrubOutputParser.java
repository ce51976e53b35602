package io.homecloud.storage.btrfs;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code btrfs scrub start -B -R} prints at its end: a counter a line. */
final class ScrubOutputParser {
  private static final Pattern COUNTER = Pattern.compile("\\s+([a-z_]+): (\\d{1,18})");

  private ScrubOutputParser() {}

  /** The counters of all disks; empty when it did not come to an end. */
  static Map<String, Long> parse(String output) {
    Map<String, Long> counters = new HashMap<>();
    for (String line : output.split("\n", -1)) {
      Matcher counter = COUNTER.matcher(line);
      if (counter.matches()) {
        counters.merge(counter.group(1), Long.parseLong(counter.group(2)), Long::sum);
      }
    }
    return Map.copyOf(counters);
  }
}
