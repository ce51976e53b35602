package io.homecloud.backup.change;

import io.homecloud.host.path.RelativePath;
import java.util.List;
import java.util.Set;

/**
 * What has to be done to the copy of one source.
 *
 * @param removed where things were that are gone
 * @param moved what has another name now
 * @param listed where rsync has to look, now; of a directory at itself alone
 * @param unseen those of the listed ones that rsync has to copy although their times are the same
 * @param top whether the top directory itself has to be looked at
 */
record Steps(
    List<RelativePath> removed,
    List<Move> moved,
    Set<RelativePath> listed,
    Set<RelativePath> unseen,
    boolean top) {
  Steps {
    removed = List.copyOf(removed);
    moved = List.copyOf(moved);
    listed = Set.copyOf(listed);
    unseen = Set.copyOf(unseen);
  }

  /** From a path to another one. */
  record Move(RelativePath from, RelativePath to) {}

  boolean none() {
    return removed.isEmpty() && moved.isEmpty() && listed.isEmpty() && !top;
  }

  /** How many names are looked at. */
  long size() {
    return 0L + removed.size() + moved.size() + listed.size() + (top ? 1 : 0);
  }
}
