package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import io.homecloud.testkit.tree.TreeFacts;
import io.homecloud.testkit.tree.TreeFacts.Fact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The same question as {@link SnapshotDiff}, answered by comparing two walked trees. */
final class WalkedChanges {
  private record Identity(long inode, long born) {
    static Identity of(Fact fact) {
      return new Identity(fact.status().inode(), fact.status().born());
    }
  }

  private final TreeFacts older;
  private final TreeFacts newer;
  private final Map<Identity, List<RelativePath>> before;
  private final Map<Identity, List<RelativePath>> now;
  private final List<FileChange> changes = new ArrayList<>();

  private WalkedChanges(TreeFacts older, TreeFacts newer) {
    this.older = older;
    this.newer = newer;
    this.before = byIdentity(older);
    this.now = byIdentity(newer);
  }

  static List<FileChange> between(TreeFacts older, TreeFacts newer) {
    WalkedChanges walked = new WalkedChanges(older, newer);
    walked.compare();
    return walked.changes;
  }

  private static Map<Identity, List<RelativePath>> byIdentity(TreeFacts tree) {
    Map<Identity, List<RelativePath>> paths = new HashMap<>();
    tree.facts.forEach(
        (path, fact) -> paths.computeIfAbsent(Identity.of(fact), _ -> new ArrayList<>()).add(path));
    return paths;
  }

  private void compare() {
    TreeMap<RelativePath, FileChange> gone = new TreeMap<>();
    TreeMap<RelativePath, FileChange> come = new TreeMap<>();
    before.forEach((identity, paths) -> {
      List<RelativePath> left = new ArrayList<>(paths);
      if (now.containsKey(identity)) {
        lived(identity, left, come);
      }
      for (RelativePath path : left) {
        FileStatus status = fact(older, path).status();
        gone.put(path, new FileChange.Deleted(path, status.type(), status.size()));
      }
    });
    now.forEach((identity, paths) -> {
      if (!before.containsKey(identity)) {
        paths.forEach(path -> come.put(path, added(path)));
      }
    });
    merge(gone, come);
  }

  /** An inode that is on both sides; takes from {@code left} the names that need no deletion. */
  private void lived(
      Identity identity, List<RelativePath> left, Map<RelativePath, FileChange> come) {
    List<RelativePath> made = new ArrayList<>();
    for (RelativePath path : now.getOrDefault(identity, List.of())) {
      RelativePath origin = sameEntry(path, left);
      if (origin.isTop() && !path.isTop()) {
        made.add(path);
      } else {
        left.remove(origin);
        change(origin, path, false, come);
      }
    }
    // Names of the same directory and inode whose directory was renamed are taken out above.
    made.sort(Comparator.naturalOrder());
    left.sort(Comparator.naturalOrder());
    int pairs = Math.min(made.size(), left.size());
    for (int i = 0; i < pairs; i++) {
      change(left.get(i), made.get(i), true, come);
    }
    for (RelativePath path : made.subList(pairs, made.size())) {
      come.put(path, added(path));
    }
    left.subList(0, pairs).clear();
  }

  /** The old name that is this one: in the same directory, by identity, under the same name. */
  private RelativePath sameEntry(RelativePath path, List<RelativePath> candidates) {
    for (RelativePath candidate : candidates) {
      if (candidate.name().equals(path.name())
          && (path.isTop()
              || Identity.of(fact(older, candidate.parent()))
                  .equals(Identity.of(fact(newer, path.parent()))))) {
        return candidate;
      }
    }
    return RelativePath.TOP;
  }

  private void change(
      RelativePath from, RelativePath path, boolean moved, Map<RelativePath, FileChange> come) {
    Fact then = fact(older, from);
    Fact fact = fact(newer, path);
    Set<Aspect> aspects = aspects(then, fact);
    if (moved && !from.equals(path)) {
      come.put(
          path, new FileChange.Renamed(from, path, fact.type(), fact.status().size(), aspects));
    } else if (!aspects.isEmpty()) {
      come.put(
          path, new FileChange.Changed(path, from, fact.type(), fact.status().size(), aspects));
    }
  }

  private static Set<Aspect> aspects(Fact before, Fact now) {
    Set<Aspect> aspects = EnumSet.noneOf(Aspect.class);
    boolean directory = now.type() == FileType.DIRECTORY;
    if (!before.content().equals(now.content())
        || before.status().device() != now.status().device()) {
      aspects.add(Aspect.CONTENT);
    }
    if (before.status().permissions() != now.status().permissions()) {
      aspects.add(Aspect.MODE);
    }
    if (before.status().uid() != now.status().uid()
        || before.status().gid() != now.status().gid()) {
      aspects.add(Aspect.OWNER);
    }
    if (!directory && before.status().modified() != now.status().modified()) {
      aspects.add(Aspect.TIME);
    }
    if (!before.attributes().equals(now.attributes())) {
      aspects.add(Aspect.ATTRIBUTES);
    }
    return aspects;
  }

  private FileChange added(RelativePath path) {
    FileStatus status = fact(newer, path).status();
    return new FileChange.Added(path, status.type(), status.size());
  }

  /** A file deleted and another of its type made under its name is a change of that name. */
  private void merge(Map<RelativePath, FileChange> gone, Map<RelativePath, FileChange> come) {
    Set<RelativePath> paths = new HashSet<>(gone.keySet());
    paths.addAll(come.keySet());
    for (RelativePath path : paths.stream().sorted().toList()) {
      FileChange deleted = gone.get(path);
      FileChange present = come.get(path);
      if (deleted != null
          && present instanceof FileChange.Added
          && deleted.type() == present.type()) {
        replaced(path);
      } else {
        if (deleted != null) {
          changes.add(deleted);
        }
        if (present != null) {
          changes.add(present);
        }
      }
    }
  }

  private void replaced(RelativePath path) {
    Fact fact = fact(newer, path);
    Set<Aspect> aspects = aspects(fact(older, path), fact);
    if (fact.type() == FileType.FILE) {
      aspects.add(Aspect.CONTENT);
    }
    if (!aspects.isEmpty()) {
      changes.add(new FileChange.Changed(path, path, fact.type(), fact.status().size(), aspects));
    }
  }

  private static Fact fact(TreeFacts tree, RelativePath path) {
    Fact fact = tree.facts.get(path);
    if (fact == null) {
      throw new AssertionError("no fact of " + path);
    }
    return fact;
  }
}
