package io.homecloud.sharing.ganesha;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Numbers of shares for NFS. They are in the file handles of clients, which may hold these for as
 * long as they like: a share keeps its number, and nobody else gets it before all others are used
 * up. Then the longest known share that is not served any more gives its own away.
 */
final class ExportIds {
  /** Above are numbers of {@link Volumes}. */
  static final int LAST = 60_000;

  private static final int KEPT = LAST;

  private final WholeFile file;
  private final Map<UUID, Integer> ids = new LinkedHashMap<>();

  ExportIds(WholeFile file) throws IOException {
    this.file = file;
    for (String line : file.content().lines().toList()) {
      String[] words = line.split(" ", -1);
      ids.put(UUID.fromString(words[0]), Integer.parseInt(words[1]));
    }
  }

  /** Gives all of them a number, on disk before anybody sees it. */
  Map<UUID, Integer> of(Set<UUID> shares) throws IOException {
    boolean added = false;
    for (UUID share : shares) {
      if (!ids.containsKey(share)) {
        ids.put(share, next(shares));
        added = true;
      }
    }
    if (added) {
      file.write(
          ids.entrySet().stream()
              .map(e -> e.getKey() + " " + e.getValue() + "\n")
              .collect(Collectors.joining()));
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
      return ids.values().stream().mapToInt(i -> i).max().orElse(0) % LAST + 1;
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
