package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.FileType;

/**
 * Which file of the present becomes which wanted one. Beyond the files that are the same by
 * identity: a file or directory of the present that is not wanted and a wanted one that is not
 * present, of the same type and under the same path, become one. So a file that an editor replaced
 * is put back within the file that is there, and who has it or a directory open keeps it.
 */
final class RollbackPlan {
  private static final int NONE = TouchedTree.NONE;

  private final TouchedTree tree;

  RollbackPlan(TouchedTree tree) {
    this.tree = tree;
  }

  /** Joins what is under the same path on both sides. */
  void join() {
    TreeWalk before = new TreeWalk(tree, TreeWalk.When.BEFORE, TreeWalk.Visit.DIRECTORY_FIRST);
    TreeWalk now = new TreeWalk(tree, TreeWalk.When.NOW, TreeWalk.Visit.DIRECTORY_FIRST);
    int old = before.next();
    int wanted = now.next();
    while (old != NONE && wanted != NONE) {
      int order = tree.oldPath(old).compareTo(tree.path(wanted));
      if (order == 0) {
        join(old, wanted);
      }
      old = order <= 0 ? before.next() : old;
      wanted = order >= 0 ? now.next() : wanted;
    }
  }

  private void join(int old, int wanted) {
    if (!tree.vanished(old) || tree.origin(wanted) != NONE) {
      return;
    }
    FileType type = Mark.typeOf(tree.marks(wanted));
    boolean single = !tree.has(old, Mark.MANY_LINKS) && !tree.has(wanted, Mark.MANY_LINKS);
    if (type == Mark.oldTypeOf(tree.marks(old))
        && (type == FileType.DIRECTORY || (type == FileType.FILE && single))) {
      tree.setOrigin(wanted, old);
      tree.mark(wanted, Mark.REPLACED);
    }
  }

  /** Whether a wanted name is where its file is at present. */
  boolean inPlace(int node) {
    int origin = tree.origin(node);
    if (node == TouchedTree.TOP) {
      return true;
    }
    return origin != NONE
        && tree.origin(tree.parent(node)) == tree.oldParent(origin)
        && tree.compareOldWithNew(origin, node) == 0;
  }
}
