package io.homecloud.storage.files;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.StorageError;

/**
 * Deletes a directory with everything in it. Ends at the first thing that cannot be deleted; what
 * was deleted before stays deleted.
 */
final class TreeDeletion implements TreeWalk.Visitor {
  // somebody may still be writing into the tree
  private static final int ROUNDS = 8;

  private final BeneathDirectory root;
  private final TaskProgress progress;
  private long deleted;

  TreeDeletion(BeneathDirectory root, TaskProgress progress) {
    this.root = root;
    this.progress = progress;
  }

  /** How many entries are gone. */
  long delete(FilePath path, Descriptor parent) throws FileRefused {
    FileName name = path.name();
    for (int round = 1; ; round++) {
      new TreeWalk(root, this).through(path, root.directory(parent, name));
      try {
        Kernel.removeDirectory(parent, name);
        return deleted + 1;
      } catch (FileRefused e) {
        if (!e.is(StorageError.DIRECTORY_NOT_EMPTY) || round == ROUNDS) {
          throw e;
        }
      }
    }
  }

  @Override
  public boolean enter(Descriptor parent, FileName name) throws FileRefused {
    if (progress.cancelled()) {
      throw new FileRefused(StorageError.CANCELLED);
    }
    return true;
  }

  @Override
  public void leave(Descriptor parent, FileName name) throws FileRefused {
    try {
      Kernel.removeDirectory(parent, name);
      count();
    } catch (FileRefused e) {
      switch (e.problem()) {
        case FILE_NOT_FOUND,
            DIRECTORY_NOT_EMPTY,
            NOT_A_DIRECTORY -> {} // raced; the next round sees to it
        default -> throw e;
      }
    }
  }

  @Override
  public void visit(Descriptor parent, FileName name) throws FileRefused {
    try {
      Kernel.removeFile(parent, name);
      count();
    } catch (FileRefused e) {
      switch (e.problem()) {
        case FILE_NOT_FOUND -> {}
        case IS_A_DIRECTORY -> {
          if (root.entry(parent, name).type() == FileType.MOUNT) {
            throw new FileRefused(StorageError.OUTSIDE_VOLUME);
          }
        }
        default -> throw e;
      }
    }
  }

  private void count() throws FileRefused {
    deleted++;
    if (deleted % 100 == 0) {
      progress.report(deleted, 0, "files");
      if (progress.cancelled()) {
        throw new FileRefused(StorageError.CANCELLED);
      }
    }
  }
}
