package io.homecloud.backup.run;

import io.homecloud.control.Name;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which repositories copies are deleted from just now. Where the disk is not btrfs a copy takes
 * minutes to delete, and all the while one of the threads that everything is looked at with; so few
 * at once, and no two that only keep the same disk from getting anywhere.
 */
final class Deletions {
  private static final int MOST = 4;

  private final Set<Name> under = new HashSet<>();
  private final Map<UUID, Name> waiting = new LinkedHashMap<>();

  /**
   * Whether the copy of a run may be deleted now, which {@link #ended} has to follow. Does not
   * wait.
   */
  synchronized boolean begin(UUID run, Name repository) {
    boolean now = under.size() < MOST && under.add(repository);
    if (now) {
      waiting.remove(run);
    } else {
      waiting.put(run, repository);
    }
    return now;
  }

  /** The run whose copy may be deleted next, which nobody has looked at since it could not be. */
  synchronized Optional<UUID> ended(Name repository) {
    under.remove(repository);
    Optional<UUID> next =
        waiting.entrySet().stream()
            .filter(one -> !under.contains(one.getValue()))
            .map(Map.Entry::getKey)
            .findFirst();
    next.ifPresent(waiting::remove);
    return next;
  }
}
