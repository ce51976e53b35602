package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.ContentCalls;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.path.RelativePath;
import java.util.Optional;

/**
 * Gives every file its wanted name: first what is not wanted goes and what is elsewhere moves to
 * the staging directory, then all that is there moves to its place. Two steps, because names may
 * have been exchanged and directories turned inside out.
 */
final class RollbackMoves {
  private static final int NONE = TouchedTree.NONE;

  private final RollbackJob job;
  private final TouchedTree tree;
  private final RollbackPlan plan;

  RollbackMoves(RollbackJob job, RollbackPlan plan) {
    this.job = job;
    this.tree = job.tree();
    this.plan = plan;
  }

  /** What is inside a directory goes before it, so that old paths stay true. */
  void clear() {
    TreeWalk walk = new TreeWalk(tree, TreeWalk.When.BEFORE, TreeWalk.Visit.CONTENT_FIRST);
    for (int node = walk.next(); node != NONE; node = walk.next()) {
      job.progress().node();
      int successor = tree.successor(node);
      boolean gone = tree.vanished(node);
      if (!gone && (successor == NONE || plan.inPlace(successor))) {
        continue;
      }
      RelativePath path = tree.oldPath(node);
      Optional<Descriptor> directory = job.live().directory(path.parent());
      if (directory.isEmpty()) {
        job.left().add(path, Left.Why.CHANGED_SINCE);
        continue;
      }
      tree.mark(tree.oldParent(node), Mark.ENTRIES);
      job.step().run();
      if (gone) {
        delete(node, path, directory.get());
      } else {
        moveOut(node, successor, path, directory.get());
      }
    }
    job.live().forget();
  }

  private void moveOut(int node, int successor, RelativePath path, Descriptor directory) {
    byte[] name = path.name().bytes();
    byte[] staged = Staging.name(successor);
    if (!job.done(
        FileCalls.rename(
            directory.number(), name, job.staging().number(), staged, FileCalls.RENAME_NOREPLACE),
        path)) {
      return;
    }
    // Looked at only now that nobody else can exchange it any more.
    try (Descriptor place = job.staging().place(successor)) {
      if (LiveTree.status(place).inode() == tree.inode(node)) {
        tree.mark(successor, Mark.STAGED);
        return;
      }
    }
    job.left().add(path, Left.Why.CHANGED_SINCE);
    FileCalls.rename(
        job.staging().number(), staged, directory.number(), name, FileCalls.RENAME_NOREPLACE);
  }

  private void delete(int node, RelativePath path, Descriptor directory) {
    byte[] name = path.name().bytes();
    switch (FileCalls.status(directory.number(), name)) {
      case StatusAnswer.Not(long answer) -> job.done(answer, path);
      case StatusAnswer.Found(FileStatus status) when status.inode() != tree.inode(node) ->
          job.left().add(path, Left.Why.CHANGED_SINCE);
      case StatusAnswer.Found(FileStatus status) -> {
        switch (status.type()) {
          case DIRECTORY -> job.done(FileCalls.removeDirectory(directory.number(), name), path);
          case FILE -> deleteFile(node, path, directory, name);
          case SYMLINK, FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
              job.done(FileCalls.unlink(directory.number(), name), path);
        }
      }
    }
  }

  /** Whoever would open it for writing waits until its name is gone. */
  private void deleteFile(int node, RelativePath path, Descriptor directory, byte[] name) {
    long opened =
        FileCalls.open(
            directory.number(),
            name,
            FileCalls.O_NOFOLLOW | FileCalls.O_NONBLOCK,
            0,
            FileCalls.BENEATH);
    if (opened < 0) {
      job.done(opened, path);
      return;
    }
    try (Descriptor file = new Descriptor(opened)) {
      int leader = tree.leader(node) == NONE ? node : tree.leader(node);
      boolean livesOn = tree.is(leader);
      // Before writers are held off, since it may take its time; whoever writes then is seen below.
      boolean mayGo =
          livesOn
              || job.asInPresent()
                  .holds(file, LiveTree.status(file), path, tree.inode(node), tree.changed(leader));
      long held = ContentCalls.holdOffWriters(file.number());
      if (Errno.EAGAIN.is(held)) {
        job.left().add(path, Left.Why.BEING_WRITTEN);
        return;
      }
      if (held < 0) {
        throw HaltedException.of(held, "a lease on " + path);
      }
      if (!mayGo || (!livesOn && LiveTree.status(file).changed() != tree.changed(leader))) {
        job.left().add(path, Left.Why.CHANGED_SINCE);
        return;
      }
      job.done(FileCalls.unlink(directory.number(), name), path);
      tree.setChanged(leader, LiveTree.status(file).changed());
    }
  }

  /** What is inside a directory is put there before the directory itself appears. */
  void place() {
    TreeWalk walk = new TreeWalk(tree, TreeWalk.When.NOW, TreeWalk.Visit.CONTENT_FIRST);
    for (int node = walk.next(); node != NONE; node = walk.next()) {
      job.progress().node();
      if (!tree.has(node, Mark.STAGED)) {
        continue;
      }
      Optional<Descriptor> directory = job.live().directory(whereabouts(tree.parent(node)));
      if (directory.isEmpty()) {
        job.left().add(tree.path(node), Left.Why.IN_THE_WAY);
        continue;
      }
      tree.mark(tree.parent(node), Mark.ENTRIES);
      job.step().run();
      long answer =
          FileCalls.rename(
              job.staging().number(),
              Staging.name(node),
              directory.get().number(),
              tree.name(node),
              FileCalls.RENAME_NOREPLACE);
      if (job.done(answer, tree.path(node))) {
        tree.unmark(node, Mark.STAGED);
        if (Mark.typeOf(tree.marks(node)) == FileType.DIRECTORY) {
          job.live().forget();
        }
      }
    }
    job.live().forget();
  }

  /** Where a wanted directory is while some are still staged. */
  private RelativePath whereabouts(int directory) {
    int above = directory;
    while (above != TouchedTree.TOP && !tree.has(above, Mark.STAGED)) {
      above = tree.parent(above);
    }
    RelativePath inside = tree.path(directory, above);
    return above == TouchedTree.TOP
        ? inside
        : job.staging().path().resolve(RelativePath.of(Staging.name(above))).resolve(inside);
  }
}
