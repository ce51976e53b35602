package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.util.Set;
import java.util.function.Consumer;

/** From the surveyed tree to the list of changes, in the order of their paths. */
final class ChangeFold {
  private static final int NONE = TouchedTree.NONE;

  private final TouchedTree tree;
  private final Survey survey;
  private final Detail detail;
  private final TreeWalk before;
  private final TreeWalk now;

  ChangeFold(TouchedTree tree, Survey survey, Detail detail) {
    this.detail = detail;
    this.tree = tree;
    this.survey = survey;
    this.before = new TreeWalk(tree, TreeWalk.When.BEFORE, TreeWalk.Visit.DIRECTORY_FIRST);
    this.now = new TreeWalk(tree, TreeWalk.When.NOW, TreeWalk.Visit.DIRECTORY_FIRST);
  }

  /** Tells of each change. */
  void tell(Consumer<FileChange> changes) {
    if (aspects(TouchedTree.TOP) != 0) {
      changes.accept(changed(TouchedTree.TOP, RelativePath.TOP));
    }
    int deleted = nextDeleted();
    int present = nextPresent();
    while (deleted != NONE || present != NONE) {
      int order =
          deleted == NONE
              ? 1
              : present == NONE ? -1 : tree.oldPath(deleted).compareTo(tree.path(present));
      if (order < 0) {
        changes.accept(deleted(deleted));
        deleted = nextDeleted();
      } else if (order > 0) {
        changes.accept(present(present));
        present = nextPresent();
      } else {
        samePath(deleted, present, changes);
        deleted = nextDeleted();
        present = nextPresent();
      }
    }
  }

  /** Another inode under a name that was there: a change if it is of the same type. */
  private void samePath(int deleted, int present, Consumer<FileChange> changes) {
    FileType type = Mark.typeOf(tree.marks(present));
    boolean added = tree.origin(present) == NONE;
    if (detail == Detail.FOR_COPIES || !added || type != Mark.oldTypeOf(tree.marks(deleted))) {
      changes.accept(deleted(deleted));
      changes.accept(present(present));
    } else {
      Set<Aspect> aspects = Mark.aspects(survey.replaced(deleted, present));
      if (!aspects.isEmpty()) {
        RelativePath path = tree.path(present);
        changes.accept(new FileChange.Changed(path, path, type, tree.size(present), aspects));
      }
    }
  }

  private int nextDeleted() {
    int node = before.next();
    while (node != NONE && !tree.vanished(node)) {
      node = before.next();
    }
    return node;
  }

  private int nextPresent() {
    int node = now.next();
    while (node != NONE && unchanged(node)) {
      node = now.next();
    }
    return node;
  }

  private boolean unchanged(int node) {
    int origin = tree.origin(node);
    return origin != NONE && sameName(node, origin) && aspects(node) == 0;
  }

  private boolean sameName(int node, int origin) {
    return (node == origin && tree.stayed(node)) || tree.path(node).equals(tree.oldPath(origin));
  }

  private int aspects(int node) {
    int marks = tree.marks(node);
    boolean otherTime = detail == Detail.FOR_COPIES && (marks & Mark.OTHER_TIME) != 0;
    return (marks & Mark.ALL_ASPECTS) | (otherTime ? Mark.of(Aspect.TIME) : 0);
  }

  private FileChange deleted(int node) {
    long size = tree.is(node) ? survey.sizeBefore(node) : tree.size(node);
    return new FileChange.Deleted(tree.oldPath(node), Mark.oldTypeOf(tree.marks(node)), size);
  }

  private FileChange present(int node) {
    int origin = tree.origin(node);
    RelativePath path = tree.path(node);
    int marks = tree.marks(node);
    if (origin == NONE) {
      return new FileChange.Added(path, Mark.typeOf(marks), tree.size(node));
    }
    RelativePath from = tree.oldPath(origin);
    Set<Aspect> aspects = Mark.aspects(aspects(node));
    return sameName(node, origin)
        ? changed(node, from)
        : new FileChange.Renamed(from, path, Mark.typeOf(marks), tree.size(node), aspects);
  }

  private FileChange changed(int node, RelativePath from) {
    int marks = tree.marks(node);
    return new FileChange.Changed(
        tree.path(node), from, Mark.typeOf(marks), tree.size(node), Mark.aspects(aspects(node)));
  }
}
