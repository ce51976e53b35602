package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.ContentCalls;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Puts back the bytes, owners, modes, attributes and times of files that are there, each where it
 * is at present and within the file itself: who has it open goes on with the same file.
 *
 * <p>A file is touched only while it is as in the snapshot of the present, so nothing is
 * overwritten that is in no snapshot: nobody can open it between that look and the end of the
 * overwriting. The kernel has no means against whoever has it open already; such a file is
 * overwritten only when nobody has changed it for a while, and otherwise left.
 */
final class RollbackFiles {
  /** Long for a program that is writing, and for a thread that others keep from running. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  private final RollbackJob job;
  private final TouchedTree tree;

  RollbackFiles(RollbackJob job) {
    this.job = job;
    this.tree = job.tree();
  }

  void putBack() {
    for (int node = 1; node < tree.size(); node++) {
      job.progress().node();
      if (concerned(node)) {
        job.progress().stopIfAsked();
        putBack(node);
      }
    }
  }

  private boolean concerned(int node) {
    int leader = tree.leader(node);
    return tree.is(node)
        && tree.origin(node) != TouchedTree.NONE
        && tree.has(node, Mark.ALL_ASPECTS | Mark.REPLACED)
        && Mark.typeOf(tree.marks(node)) != FileType.DIRECTORY
        && (leader == TouchedTree.NONE || leader == node);
  }

  private void putBack(int node) {
    int origin = tree.origin(node);
    RelativePath path = tree.oldPath(origin);
    Optional<Descriptor> found = job.live().place(path);
    if (found.isEmpty()) {
      job.left().add(path, Left.Why.CHANGED_SINCE);
      return;
    }
    try (Descriptor place = found.get();
        Descriptor wanted = job.wanted().place(tree.path(node))) {
      FileStatus status = LiveTree.status(place);
      if (!job.asInPresent().holds(place, status, path, tree.inode(origin), tree.changed(origin))) {
        job.left().add(path, Left.Why.CHANGED_SINCE);
        return;
      }
      if (tree.has(node, Mark.of(Aspect.CONTENT) | Mark.REPLACED)
          && status.type() == FileType.FILE
          && !content(node, place, wanted, path)) {
        return;
      }
      job.step().run();
      job.done(job.metadata().copy(wanted, place), path);
    }
  }

  /** Whether they are put back; otherwise the file is noted as left. */
  private boolean content(int node, Descriptor place, Descriptor wantedPlace, RelativePath path) {
    long opened = FileCalls.open(Descriptor.AT_FDCWD, place.path(), FileCalls.O_RDWR, 0, 0);
    if (opened < 0) {
      return job.done(opened, path);
    }
    try (Descriptor file = new Descriptor(opened);
        Descriptor wanted = Side.reopen(wantedPlace)) {
      long held = ContentCalls.holdOffOthers(file.number());
      if (held < 0 && !Errno.EAGAIN.is(held)) {
        throw HaltedException.of(held, "a lease on " + path);
      }
      FileStatus now = LiveTree.status(place);
      if (held < 0 && now.changedAt().isAfter(Instant.now().minus(QUIET))) {
        job.left().add(path, Left.Why.BEING_WRITTEN);
        return false;
      }
      if (now.changed() != tree.changed(tree.origin(node))) {
        job.left().add(path, Left.Why.CHANGED_SINCE);
        return false;
      }
      job.step().run();
      return job.done(content(node, file, wanted, LiveTree.status(wantedPlace).size()), path);
    }
  }

  private long content(int node, Descriptor file, Descriptor wanted, long size) {
    if (tree.has(node, Mark.REPLACED)) {
      return Content.copy(wanted, file, size);
    }
    long answer = ContentCalls.truncate(file.number(), size);
    Ranges ranges = job.difference().ranges();
    for (int range = tree.ranges(node);
        answer >= 0 && range != TouchedTree.NONE;
        range = ranges.next(range)) {
      job.step().run();
      answer = Content.copy(wanted, file, ranges.offset(range), ranges.end(range), size);
    }
    return answer;
  }
}
