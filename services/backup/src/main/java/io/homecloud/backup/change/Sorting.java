package io.homecloud.backup.change;

import io.homecloud.backup.change.Steps.Move;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.host.path.RelativePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * From the changes of a volume to what has to be done for one source. What crosses the border of
 * the source, or of what its patterns select, comes or goes; of a directory that does, nobody tells
 * what is inside, so that is for a scan.
 */
final class Sorting {
  private final RelativePath source;
  private final boolean patterns;
  private final boolean placeMatters;
  private final Predicate<RelativePath> copied;
  private final Predicate<RelativePath> selected;
  private final List<RelativePath> removed = new ArrayList<>();
  private final List<Move> moved = new ArrayList<>();
  private final Set<RelativePath> listed = new HashSet<>();
  private final Set<RelativePath> unseen = new HashSet<>();

  /**
   * @param copied whether the copy before has something at that path
   * @param selected whether the patterns select what is at that path now
   */
  Sorting(Source source, Predicate<RelativePath> copied, Predicate<RelativePath> selected) {
    this.source = EncodedPath.parse(source.encodedPath());
    this.patterns = hasPatterns(source);
    this.placeMatters =
        source.included().stream().anyMatch(Sorting::dependsOnPlace)
            || source.excluded().stream().anyMatch(Sorting::dependsOnPlace);
    this.copied = copied;
    this.selected = selected;
  }

  static boolean hasPatterns(Source source) {
    return !source.included().isEmpty() || !source.excluded().isEmpty();
  }

  /** Whether the same name may be selected in one directory and not in another. */
  private static boolean dependsOnPlace(String pattern) {
    int slash = pattern.indexOf('/');
    return (slash >= 0 && slash < pattern.length() - 1) || pattern.contains("**");
  }

  /** Paths whose selection is asked for. */
  static boolean concerns(Source source, Change change) {
    return change.kind() != Change.Kind.DELETED
        && EncodedPath.parse(source.encodedPath()).contains(change.path());
  }

  Steps sort(List<Change> changes) throws DoubtException {
    for (Change change : changes) {
      sort(change);
    }
    listParents();
    boolean top = source.isTop() && touchesTop();
    listed.remove(RelativePath.TOP);
    return new Steps(removed, moved, listed, unseen, top);
  }

  /** Whatever is done in the top directory changes its time. */
  private boolean touchesTop() {
    return Stream.of(
            removed.stream(),
            listed.stream(),
            moved.stream().map(Move::from),
            moved.stream().map(Move::to))
        .flatMap(paths -> paths)
        .anyMatch(path -> path.parent().isTop());
  }

  private void sort(Change change) throws DoubtException {
    switch (change.kind()) {
      case ADDED -> {
        if (source.contains(change.path())) {
          refuseSourceItself(change.path());
          list(change);
        }
      }
      case DELETED -> {
        if (source.contains(change.path())) {
          refuseSourceItself(change.path());
          remove(change.path());
        }
      }
      case CHANGED -> {
        boolean above = change.path().contains(source) && !change.path().isTop();
        if (above || source.contains(change.path())) {
          list(change);
        }
      }
      case RENAMED -> renamed(change);
    }
  }

  private void refuseSourceItself(RelativePath path) throws DoubtException {
    if (path.equals(source) && !path.isTop()) {
      throw new DoubtException("What is copied is another file or directory than it was.");
    }
  }

  private void renamed(Change change) throws DoubtException {
    if (!source.isTop() && (change.from().contains(source) || change.path().contains(source))) {
      throw new DoubtException("The directory that is copied, or one above it, was renamed.");
    }
    boolean was = source.contains(change.from());
    boolean is = source.contains(change.path());
    if (!was && !is) {
      return;
    }
    if (patterns && placeMatters && change.directory()) {
      throw new DoubtException(
          "A directory was renamed, and patterns with a path may select other files in it now.");
    }
    was = was && (!patterns || copied.test(change.from()));
    is = is && (!patterns || selected.test(change.path()));
    if (was != is && change.directory()) {
      throw new DoubtException("A directory was renamed into or out of what is copied.");
    }
    if (was && is) {
      moved.add(new Move(change.from(), change.path()));
    } else if (was) {
      remove(change.from());
    }
    if (is) {
      list(change);
    }
  }

  private void remove(RelativePath path) {
    if (!patterns || copied.test(path)) {
      removed.add(path);
    }
  }

  private void list(Change change) {
    boolean above = !source.contains(change.path());
    if (!patterns || above || change.path().isTop() || selected.test(change.path())) {
      listed.add(change.path());
      if (change.unseen()) {
        unseen.add(change.path());
      }
    }
  }

  /** Whatever is taken from a directory of the copy changes its time there. */
  private void listParents() {
    Map<RelativePath, RelativePath> places = new HashMap<>();
    moved.forEach(move -> places.put(move.from(), move.to()));
    Set<RelativePath> gone = new HashSet<>(removed);
    for (Move move : moved) {
      listParent(move.from(), places, gone);
    }
    for (RelativePath path : removed) {
      listParent(path, places, gone);
    }
  }

  private void listParent(
      RelativePath path, Map<RelativePath, RelativePath> places, Set<RelativePath> gone) {
    RelativePath parent = path.parent();
    if (parent.isTop() || gone.contains(parent)) {
      return;
    }
    for (RelativePath above = parent; !above.isTop(); above = above.parent()) {
      RelativePath now = places.get(above);
      if (now != null) {
        listed.add(now.resolve(below(above, parent)));
        return;
      }
    }
    listed.add(parent);
  }

  /** The path of what is beneath a directory, read from there. */
  private static RelativePath below(RelativePath directory, RelativePath path) {
    byte[] bytes = path.bytes();
    return path.equals(directory)
        ? RelativePath.TOP
        : RelativePath.of(bytes, directory.length() + 1, bytes.length);
  }
}
