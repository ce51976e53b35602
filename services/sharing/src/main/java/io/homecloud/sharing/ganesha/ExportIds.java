package io.homecloud.sharing.ganesha;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Numbers of shares for NFS. They are in the file handles of clients, which may hold these for as
 * long as they like: a share keeps its number, and nobody else gets it before all others are used
 * up. Then the longest known share that is not served any more gives its own away.
 */
final class ExportIds {
  /** Above are numbers of {@link Volumes}. */
  static final int LAST = 60_000;

  private static final int KEPT = LAST;
  private static final Logger LOG = Logger.getLogger(ExportIds.class);
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([1-9][0-9]{0,4})");

  private final WholeFile file;
  private final Map<UUID, Integer> ids = new LinkedHashMap<>();
  private final BitSet used = new BitSet();
  private boolean unwritten;

  ExportIds(WholeFile file) throws IOException {
    this.file = file;
    for (String line : file.content().lines().toList()) {
      if (!known(line)) {
        LOG.warnf("%s is damaged; clients of a share may have to mount it again", file.path());
      }
    }
  }

  private boolean known(String line) {
    Matcher words = LINE.matcher(line);
    if (!words.matches()) {
      return false;
    }
    int id = Integer.parseInt(words.group(2));
    if (id > LAST || used.get(id) || ids.putIfAbsent(UUID.fromString(words.group(1)), id) != null) {
      return false;
    }
    used.set(id);
    return true;
  }

  /** Gives all of them a number, on disk before anybody sees it. */
  Map<UUID, Integer> of(Set<UUID> shares) throws IOException {
    for (UUID share : shares) {
      if (!ids.containsKey(share)) {
        ids.put(share, next(shares));
        unwritten = true;
      }
    }
    if (unwritten) {
      file.write(
          ids.entrySet().stream()
              .map(e -> e.getKey() + " " + e.getValue() + "\n")
              .collect(Collectors.joining()));
      unwritten = false;
    }
    return shares.stream().collect(Collectors.toMap(share -> share, this::id));
  }

  private int id(UUID share) {
    Integer id = ids.get(share);
    if (id == null) {
      throw new IllegalStateException("no number for " + share);
    }
    return id;
  }

  private int next(Set<UUID> served) {
    if (ids.size() < KEPT) {
      int highest = Math.max(used.length() - 1, 0);
      int id = highest < LAST ? highest + 1 : used.nextClearBit(1);
      used.set(id);
      return id;
    }
    UUID oldest =
        ids.keySet().stream()
            .filter(share -> !served.contains(share))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("more than " + KEPT + " shares"));
    int id = id(oldest);
    ids.remove(oldest);
    return id;
  }
}
