package io.homecloud.backup.change;

import io.homecloud.host.path.RelativePath;
import java.util.HashSet;
import java.util.Set;

/**
 * Where a copy may be another than the one that it began as.
 *
 * @param names at these paths, and not beneath them
 * @param trees at these and beneath them
 */
public record Touched(Set<RelativePath> names, Set<RelativePath> trees) {
  public Touched {
    names = Set.copyOf(names);
    trees = Set.copyOf(trees);
  }

  static Touched of(RelativePath volume, Steps steps) {
    Set<RelativePath> names = new HashSet<>();
    steps.removed().forEach(path -> names.add(volume.resolve(path)));
    steps.listed().forEach(path -> names.add(volume.resolve(path)));
    Set<RelativePath> trees = new HashSet<>();
    for (Steps.Move move : steps.moved()) {
      trees.add(volume.resolve(move.from()));
      trees.add(volume.resolve(move.to()));
    }
    return new Touched(names, trees);
  }

  Touched plus(Touched other) {
    Set<RelativePath> allNames = new HashSet<>(names);
    allNames.addAll(other.names);
    Set<RelativePath> allTrees = new HashSet<>(trees);
    allTrees.addAll(other.trees);
    return new Touched(allNames, allTrees);
  }
}
