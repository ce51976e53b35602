package io.homecloud.backup.search;

import io.homecloud.backup.change.Touched;
import io.homecloud.host.path.RelativePath;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Where a run is to be looked at; one look for each path, also in a large index. */
final class Changed {
  private final NavigableSet<RelativePath> trees = new TreeSet<>();
  private final Set<RelativePath> names;

  Changed(Touched touched) {
    for (RelativePath tree : new TreeSet<>(touched.trees())) {
      if (trees.isEmpty() || !trees.last().contains(tree)) {
        trees.add(tree);
      }
    }
    this.names =
        touched.names().stream()
            .filter(name -> !inTree(name))
            .collect(Collectors.toUnmodifiableSet());
  }

  private boolean inTree(RelativePath path) {
    RelativePath before = trees.floor(path);
    return before != null && before.contains(path);
  }

  boolean has(RelativePath path) {
    return names.contains(path) || inTree(path);
  }

  boolean none() {
    return names.isEmpty() && trees.isEmpty();
  }

  Set<RelativePath> names() {
    return names;
  }

  Set<RelativePath> trees() {
    return trees;
  }
}
