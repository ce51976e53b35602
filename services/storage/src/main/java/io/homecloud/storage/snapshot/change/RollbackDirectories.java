package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.util.Optional;

/**
 * Puts back owners, modes, attributes and times of directories, when nothing moves any more; times
 * only of those that are as wanted otherwise.
 */
final class RollbackDirectories {
  private final RollbackJob job;
  private final TouchedTree tree;

  RollbackDirectories(RollbackJob job) {
    this.job = job;
    this.tree = job.tree();
  }

  void putBack() {
    TreeWalk walk = new TreeWalk(tree, TreeWalk.When.NOW, TreeWalk.Visit.CONTENT_FIRST);
    for (int node = walk.next(); node != TouchedTree.NONE; node = walk.next()) {
      job.progress().node();
      if (concerned(node)) {
        putBack(node);
      }
    }
    putBack(TouchedTree.TOP);
  }

  private boolean concerned(int node) {
    int marks = tree.marks(node);
    if ((marks & Mark.STAGED) != 0) {
      return false;
    }
    return (marks & Mark.ENTRIES) != 0
        || ((marks & (Mark.TIMES | Mark.REPLACED | Mark.ALL_ASPECTS)) != 0
            && Mark.typeOf(marks) == FileType.DIRECTORY);
  }

  private void putBack(int node) {
    RelativePath path = tree.path(node);
    Optional<Descriptor> found = job.live().directory(path);
    if (found.isEmpty()) {
      job.left().add(path, Left.Why.CHANGED_SINCE);
      return;
    }
    job.step().run();
    try (Descriptor wanted = job.wanted().place(path)) {
      job.done(job.metadata().copy(wanted, found.get()), path);
    }
  }
}
