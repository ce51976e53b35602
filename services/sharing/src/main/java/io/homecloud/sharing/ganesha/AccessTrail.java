package io.homecloud.sharing.ganesha;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.Protocol;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What clients do, learnt from what Ganesha says as it works for them, at the levels of {@link
 * GaneshaConfig}. It has no log of accesses. Of NFS 3 it says what was asked and not what came of
 * it, and neither version tells directories: a path is a name.
 *
 * <p>A thread of Ganesha works for one client at a time and says all that belongs together.
 */
final class AccessTrail {
  /** Ganesha's process, client, thread, part, text. */
  private static final Pattern LINE =
      Pattern.compile(
          "\\S+ \\S+ : epoch \\p{XDigit}+ : \\S+ : \\S*-(\\d+)\\[(\\S+)] \\[(\\S+)] \\w+ :(NFS3|NFS4|FH|MDCACHE) :[A-Z_]+ :(.*)");

  /** Both versions' handles begin with a version, flags and the number of the export. */
  private static final String HANDLE = "0x\\p{XDigit}{4}(\\p{XDigit}{4})\\p{XDigit}*";

  private static final Pattern VERSION3 =
      Pattern.compile(
          "REQUEST PROCESSING: Calling NFS3_(\\w+) File Handle V3: Len=\\d+ "
              + HANDLE
              + "(?: name: (.*)| name name1 to File Handle V3: Len=\\d+ \\S+ name (.*))");

  private static final Pattern CURRENT = Pattern.compile("NFS4 Handle \\(\\d+:" + HANDLE + "\\)");
  private static final Pattern BEGIN = Pattern.compile("Request \\d+: opcode \\d+ is OP_(\\w+)");
  private static final Pattern NAME =
      Pattern.compile("Lookup (.+)|mkdir Created entry \\S+ FSAL \\S+ for (.+)");
  private static final Pattern END =
      Pattern.compile("Status of OP_(\\w+) in position \\d+ (?:due to .* )?(?:=|is) (\\w+),.*");

  /** Others are steps to these, or name nothing. */
  private static final Set<String> TOLD = Set.of("OPEN", "CREATE", "REMOVE", "RENAME", "LINK");

  private static final int MOST_THREADS = 1000;
  private static final String MAPPED = "::ffff:";

  private final Consumer<Access> listener;
  private final Map<String, Work> threads = new HashMap<>();
  private volatile Map<Integer, Name> exports = Map.of();
  private volatile String process = "";

  /** What a thread is about. */
  private static final class Work {
    int export;
    final List<String> names = new ArrayList<>();
  }

  AccessTrail(Consumer<Access> listener) {
    this.listener = listener;
  }

  /** From now on accesses of these, by their numbers, are told. */
  void follow(Map<Integer, Name> wished) {
    exports = Map.copyOf(wished);
  }

  boolean follows() {
    return !exports.isEmpty();
  }

  /** Of lines, which names may look like, only those of this process count. */
  void of(long pid) {
    process = Long.toString(pid);
  }

  /** For the one thread that reads the lines. */
  void hear(String line, Instant now) {
    if (!follows()) {
      return;
    }
    Matcher match = LINE.matcher(line);
    if (!match.matches() || !match.group(1).equals(process)) {
      return;
    }
    String client = match.group(2);
    String text = match.group(5);
    if (match.group(4).equals("NFS3")) {
      version3(client, text, now);
      return;
    }
    if (threads.size() > MOST_THREADS) {
      threads.clear();
    }
    version4(threads.computeIfAbsent(match.group(3), _ -> new Work()), client, text, now);
  }

  private void version3(String client, String text, Instant now) {
    Matcher match = VERSION3.matcher(text);
    if (match.matches()) {
      String name = match.group(3) == null ? match.group(4) : match.group(3);
      tell(Integer.parseInt(match.group(2), 16), client, match.group(1), name, "asked", now);
    }
  }

  private void version4(Work work, String client, String text, Instant now) {
    Matcher handle = CURRENT.matcher(text);
    Matcher name = NAME.matcher(text);
    Matcher end = END.matcher(text);
    if (BEGIN.matcher(text).matches()) {
      work.names.clear();
    } else if (handle.matches()) {
      work.export = Integer.parseInt(handle.group(1), 16);
    } else if (name.matches()) {
      String found = name.group(1) == null ? name.group(2) : name.group(1);
      if (!work.names.contains(found)) {
        work.names.add(found);
      }
    } else if (end.matches() && TOLD.contains(end.group(1))) {
      String names = String.join(" -> ", work.names);
      tell(work.export, client, end.group(1), names, end.group(2), now);
    }
  }

  private void tell(
      int export, String client, String action, String name, String result, Instant now) {
    Name share = exports.get(export);
    if (share != null) {
      String address = client.startsWith(MAPPED) ? client.substring(MAPPED.length()) : client;
      listener.accept(
          new Access(
              now.truncatedTo(ChronoUnit.MILLIS),
              Protocol.NFS,
              share,
              null,
              address,
              action,
              name,
              result));
    }
  }
}
