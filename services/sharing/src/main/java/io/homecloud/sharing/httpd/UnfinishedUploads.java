package io.homecloud.sharing.httpd;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * httpd writes an upload beside its file and renames it when it is whole; one that was killed
 * leaves the beginning there. Shares are searched for those only then, each once, when it is served
 * for the first time since: its disk may come long after. By names alone, in the background.
 */
final class UnfinishedUploads {
  private static final Logger LOG = Logger.getLogger(UnfinishedUploads.class);
  private static final Duration DEADLINE = Duration.ofHours(1);
  private static final String PATTERN = ".davfs.tmp??????";

  private final Host host;
  private final Path running;
  private final Path killed;
  private @Nullable Kill last;

  /**
   * When httpd was killed.
   *
   * @param time others may be under way since then
   * @param searched since then
   * @param taken those, and what is being searched
   */
  private record Kill(String time, List<String> searched, Set<String> taken) {
    /** The time, and a line for each that was searched. */
    static Kill of(List<String> lines) {
      List<String> searched = new ArrayList<>(lines.subList(1, lines.size()));
      return new Kill(lines.getFirst(), searched, new HashSet<>(searched));
    }

    String text() {
      return time + "\n" + String.join("\n", searched);
    }
  }

  /**
   * @param running there when httpd was not ended in order
   * @param killed where it is kept what was searched, which an end in order must not forget
   */
  UnfinishedUploads(Host host, Path running, Path killed) {
    this.host = host;
    this.running = running;
    this.killed = killed;
  }

  /** Before httpd is started. */
  synchronized void start() throws IOException {
    if (Files.exists(running)) {
      killed();
    } else {
      List<String> lines = OwnDirectory.file(killed).content().lines().toList();
      last = lines.isEmpty() ? null : Kill.of(lines);
    }
    OwnDirectory.write(running, "");
  }

  /** httpd was, and writes nothing now; what it writes from now on is not left behind. */
  synchronized void killed() throws IOException {
    Kill now = Kill.of(List.of(Instant.now().toString()));
    OwnDirectory.write(killed, now.text());
    last = now;
  }

  /** From those that were not searched since the kill. */
  synchronized void remove(List<ServedShare> shares) {
    Kill kill = last;
    if (kill == null) {
      return;
    }
    Map<String, Path> places = new LinkedHashMap<>();
    for (ServedShare share : shares) {
      // The name, and with it the directory, may be another share's later.
      for (Path root : share.readOnly() ? List.<Path>of() : share.directories()) {
        String place = share.uid() + " " + root;
        if (kill.taken().add(place)) {
          places.put(place, root);
        }
      }
    }
    if (!places.isEmpty()) {
      Thread.ofVirtual()
          .name("httpd-unfinished")
          .start(() -> places.forEach((place, root) -> search(kill, place, root)));
    }
  }

  private void search(Kill kill, String place, Path root) {
    List<String> argv = new ArrayList<>(List.of("find", root.toString(), "-xdev"));
    argv.addAll(List.of("-name", PATTERN, "-type", "f", "!", "-newermt", kill.time(), "-delete"));
    HostResult result = host.run(new HostCommand(argv, DEADLINE, Map.of()));
    LOG.debugf("Unfinished uploads in %s: %s", root, result);
    if (result instanceof HostResult.Exited(int code, _, _) && code == 0) {
      note(kill, place);
    }
  }

  private synchronized void note(Kill kill, String place) {
    // Of an earlier one it says nothing about the last.
    if (kill.equals(last)) {
      kill.searched().add(place);
      try {
        OwnDirectory.write(killed, kill.text());
      } catch (IOException e) {
        LOG.warn("Unfinished uploads will be looked for again after the next start", e);
      }
    }
  }
}
