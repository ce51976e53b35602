package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.util.function.BooleanSupplier;

/**
 * Looks at every name that the stream spoke of on both sides and notes in what it differs. The
 * stream says where to look; what it says besides is much that is no difference (times of every
 * directory, modes that are the same).
 */
final class Survey {
  private final TouchedTree tree;
  private final Side older;
  private final Side newer;
  private final long timesTellUntil;

  /**
   * @param timesTellUntil of a file that was changed later, equal times do not say that its bytes
   *     are the same
   */
  Survey(TouchedTree tree, Side older, Side newer, long timesTellUntil) {
    this.tree = tree;
    this.older = older;
    this.newer = newer;
    this.timesTellUntil = timesTellUntil;
  }

  /** Notes identity, types and differences of all; answers false when it was asked to stop. */
  boolean look(BooleanSupplier cancelled) {
    for (int node = 0; node < tree.size(); node++) {
      if ((node & 1023) == 0 && cancelled.getAsBoolean()) {
        return false;
      }
      if (tree.marks(node) != 0 || !tree.stayed(node)) {
        look(node);
      }
    }
    return true;
  }

  private void look(int node) {
    if (tree.was(node) && tree.is(node)) {
      FileStatus before = older.status(tree.oldPath(node));
      FileStatus now = newer.status(tree.path(node));
      if (before.type() != now.type()) {
        throw new InconsistentStreamException(tree.path(node) + " became something else");
      }
      noteBefore(node, before);
      noteNow(node, now);
      tree.mark(node, aspects(tree.marks(node), node, before, node, now));
    } else if (tree.was(node)) {
      noteBefore(node, older.status(tree.oldPath(node)));
    } else if (tree.is(node)) {
      noteNow(node, newer.status(tree.path(node)));
    }
  }

  private void noteBefore(int node, FileStatus status) {
    note(node, status);
    tree.mark(node, Mark.oldType(status.type()));
    tree.setChanged(node, status.changed());
  }

  private void noteNow(int node, FileStatus status) {
    note(node, status);
    tree.mark(node, Mark.type(status.type()));
  }

  private void note(int node, FileStatus status) {
    tree.setIdentity(node, status.inode(), status.born());
    tree.setSize(node, status.size());
    if (status.links() > 1 && status.type() != FileType.DIRECTORY) {
      tree.mark(node, Mark.MANY_LINKS);
    }
  }

  /** For all names of one inode: what the stream said of any of them counts for each. */
  int aspects(int marks, int before, int now) {
    FileStatus old = older.status(tree.oldPath(before));
    return aspects(marks, before, old, now, newer.status(tree.path(now)));
  }

  private int aspects(int marks, int before, FileStatus old, int now, FileStatus status) {
    int aspects = aspects(marks, old, status);
    boolean attributes =
        (marks & Mark.XATTRS) != 0
            && !older.attributes(tree.oldPath(before)).equals(newer.attributes(tree.path(now)));
    return attributes ? aspects | Mark.of(Aspect.ATTRIBUTES) : aspects;
  }

  /** Of a name whose inode still lives under another one, so that its size now was noted. */
  long sizeBefore(int node) {
    return older.status(tree.oldPath(node)).size();
  }

  /** Takes a name into the tree that the stream did not speak of, because its inode changed. */
  void lookAlso(int node, int aspects) {
    look(node);
    tree.mark(node, aspects);
  }

  /** In what a file differs from another one of its type that had its name before. */
  int replaced(int before, int now) {
    RelativePath oldPath = tree.oldPath(before);
    RelativePath path = tree.path(now);
    FileStatus old = older.status(oldPath);
    FileStatus status = newer.status(path);
    int aspects = aspects(0, old, status);
    boolean otherContent =
        switch (status.type()) {
          case FILE -> true;
          case SYMLINK -> !older.target(oldPath).equals(newer.target(path));
          case CHARACTER_DEVICE, BLOCK_DEVICE -> old.device() != status.device();
          case DIRECTORY, FIFO, SOCKET -> false;
        };
    if (otherContent) {
      aspects |= Mark.of(Aspect.CONTENT);
    }
    if (!older.attributes(oldPath).equals(newer.attributes(path))) {
      aspects |= Mark.of(Aspect.ATTRIBUTES);
    }
    return aspects;
  }

  private int aspects(int marks, FileStatus before, FileStatus now) {
    boolean directory = now.type() == FileType.DIRECTORY;
    int aspects = 0;
    if (now.type() == FileType.FILE && before.size() != now.size()) {
      aspects |= Mark.of(Aspect.CONTENT);
    } else if ((marks & Mark.WRITTEN) != 0
        && (before.modified() != now.modified()
            || before.changed() != now.changed()
            || before.changed() > timesTellUntil)) {
      aspects |= Mark.of(Aspect.CONTENT);
    }
    if (before.permissions() != now.permissions()) {
      aspects |= Mark.of(Aspect.MODE);
    }
    if (before.uid() != now.uid() || before.gid() != now.gid()) {
      aspects |= Mark.of(Aspect.OWNER);
    }
    if (before.modified() != now.modified()) {
      aspects |= directory ? Mark.OTHER_TIME : Mark.of(Aspect.TIME);
    }
    return aspects;
  }
}
