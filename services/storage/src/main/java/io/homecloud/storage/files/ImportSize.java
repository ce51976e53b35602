package io.homecloud.storage.files;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.StorageError;

/** Counts the bytes of all files of a tree. What cannot be looked at counts nothing. */
final class ImportSize implements TreeWalk.Visitor {
  private final TaskProgress progress;
  private long bytes;

  private ImportSize(TaskProgress progress) {
    this.progress = progress;
  }

  static long of(BeneathDirectory root, TaskProgress progress) throws FileRefused {
    ImportSize size = new ImportSize(progress);
    new TreeWalk(root, size).through(root.directory(FilePath.ROOT));
    return size.bytes;
  }

  @Override
  public boolean enter(Descriptor parent, FileName name) throws FileRefused {
    if (progress.cancelled()) {
      throw new FileRefused(StorageError.CANCELLED);
    }
    return true;
  }

  @Override
  public void leave(Descriptor parent, FileName name) {}

  @Override
  public void visit(Descriptor parent, FileName name) {
    try {
      FileStatus status = Kernel.status(parent, name);
      bytes += status.is(FileType.FILE) ? status.size() : 0;
    } catch (FileRefused damaged) {
      // The import itself comes to it again and tells.
    }
  }

  @Override
  public void unreadable(FileName name, FileRefused why) {}
}
