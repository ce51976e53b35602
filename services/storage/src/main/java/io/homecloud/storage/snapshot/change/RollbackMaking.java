package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.path.RelativePath;
import java.util.Optional;

/** Makes every wanted name that is not there, complete, in the staging directory. */
final class RollbackMaking {
  private static final int NONE = TouchedTree.NONE;

  private final RollbackJob job;
  private final TouchedTree tree;
  private final FileMaker maker;

  RollbackMaking(RollbackJob job) {
    this.job = job;
    this.tree = job.tree();
    this.maker = new FileMaker(job.wanted(), job.metadata());
  }

  void make() {
    for (int node = 1; node < tree.size(); node++) {
      job.progress().node();
      if (missing(node) && !isFurtherName(node)) {
        job.progress().stopIfAsked();
        staged(node, make(node));
      }
    }
    for (int node = 1; node < tree.size(); node++) {
      if (missing(node) && isFurtherName(node)) {
        job.progress().stopIfAsked();
        staged(node, link(node));
      }
    }
  }

  /** Takes all of it away again, while nothing was moved yet. */
  void discard() {
    for (int node = 1; node < tree.size(); node++) {
      if (tree.has(node, Mark.STAGED)) {
        job.staging().discard(node);
        tree.unmark(node, Mark.STAGED);
      }
    }
  }

  private boolean missing(int node) {
    return tree.is(node) && tree.origin(node) == NONE;
  }

  private boolean isFurtherName(int node) {
    return tree.leader(node) != NONE && tree.leader(node) != node;
  }

  private void staged(int node, long answer) {
    if (job.done(answer, tree.path(node))) {
      tree.mark(node, Mark.STAGED);
    } else {
      job.staging().discard(node);
    }
  }

  private long link(int node) {
    int leader = tree.leader(node);
    job.step().run();
    if (tree.has(leader, Mark.STAGED)) {
      return FileCalls.link(
          job.staging().number(), Staging.name(leader), job.staging().number(), Staging.name(node));
    }
    if (tree.origin(leader) == NONE) {
      return -Errno.ENOENT.number();
    }
    RelativePath path = tree.oldPath(tree.origin(leader));
    Optional<Descriptor> found = job.live().place(path);
    if (found.isEmpty()) {
      return -Errno.ENOENT.number();
    }
    try (Descriptor place = found.get()) {
      return LiveTree.status(place).inode() == tree.inode(tree.origin(leader))
          ? FileCalls.link(place, job.staging().number(), Staging.name(node))
          : -Errno.ENOENT.number();
    }
  }

  private long make(int node) {
    RelativePath path = tree.path(node);
    try (Descriptor wanted = job.wanted().place(path)) {
      job.step().run();
      return maker.make(
          path, wanted, LiveTree.status(wanted), job.staging().directory(), Staging.name(node));
    }
  }
}
