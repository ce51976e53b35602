package io.homecloud.backup.run;

import io.homecloud.control.Name;
import java.util.HashSet;
import java.util.Set;

/**
 * Which repositories copies are deleted from just now. Where the disk is not btrfs a copy takes
 * minutes to delete, and all the while one of the threads that everything is looked at with; so few
 * at once, and no two that only keep the same disk from getting anywhere.
 */
final class Deletions {
  private static final int MOST = 4;

  private final Set<Name> under = new HashSet<>();

  /** Whether one may begin now, which {@link #ended} has to follow. Does not wait. */
  synchronized boolean begin(Name repository) {
    return under.size() < MOST && under.add(repository);
  }

  synchronized void ended(Name repository) {
    under.remove(repository);
  }
}
