package io.homecloud.storage.snapshot.change;

import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.btrfs.stream.SendCommand;

/**
 * Folds a send stream into what is before and after it, doing with names what a receiver would do
 * with files: the kernel's temporary names and detours cancel out.
 */
final class StreamFold {
  private final TouchedTree tree;
  private final Ranges ranges;

  StreamFold(TouchedTree tree, Ranges ranges) {
    this.tree = tree;
    this.ranges = ranges;
  }

  void apply(SendCommand command) {
    switch (command) {
      case SendCommand.Subvol _ ->
          throw new InconsistentStreamException("a whole subvolume instead of a difference");
      case SendCommand.Snapshot _, SendCommand.End _ -> {}
      case SendCommand.Mkfile(RelativePath path, _) -> tree.make(path);
      case SendCommand.Mkdir(RelativePath path, _) -> tree.make(path);
      case SendCommand.Mknod(RelativePath path, _, _, _) -> tree.make(path);
      case SendCommand.Mkfifo(RelativePath path, _) -> tree.make(path);
      case SendCommand.Mksock(RelativePath path, _) -> tree.make(path);
      case SendCommand.Symlink(RelativePath path, _, _) -> tree.make(path);
      case SendCommand.Rename(RelativePath path, RelativePath to) -> tree.move(tree.at(path), to);
      case SendCommand.Link(RelativePath path, RelativePath existing) -> {
        mark(existing, Mark.LINKED);
        tree.make(path);
      }
      case SendCommand.Unlink(RelativePath path) -> tree.remove(tree.at(path));
      case SendCommand.Rmdir(RelativePath path) -> tree.remove(tree.at(path));
      case SendCommand.SetXattr(RelativePath path, _, _) -> mark(path, Mark.XATTRS);
      case SendCommand.RemoveXattr(RelativePath path, _) -> mark(path, Mark.XATTRS);
      case SendCommand.Chmod(RelativePath path, _) -> mark(path, Mark.METADATA);
      case SendCommand.Chown(RelativePath path, _, _) -> mark(path, Mark.METADATA);
      case SendCommand.Fileattr(RelativePath path, _) -> mark(path, Mark.METADATA);
      case SendCommand.EnableVerity(RelativePath path, _, _, _, _) -> mark(path, Mark.METADATA);
      case SendCommand.Utimes(RelativePath path, _, _) -> mark(path, Mark.TIMES);
      case SendCommand.Truncate(RelativePath path, _) -> mark(path, Mark.WRITTEN);
      case SendCommand.Write(RelativePath path, long offset, var data) ->
          written(path, offset, data.remaining());
      case SendCommand.Clone(RelativePath path, long offset, long length, _, _, _, _) ->
          written(path, offset, length);
      case SendCommand.UpdateExtent(RelativePath path, long offset, long length) ->
          written(path, offset, length);
      case SendCommand.EncodedWrite(RelativePath path, long at, long length, _, _, _, _, _) ->
          written(path, at, length);
      case SendCommand.Fallocate(RelativePath path, _, long offset, long length) ->
          written(path, offset, length);
    }
  }

  private void mark(RelativePath path, int marks) {
    tree.mark(tree.at(path), marks);
  }

  private void written(RelativePath path, long offset, long length) {
    int node = tree.at(path);
    tree.mark(node, Mark.WRITTEN);
    tree.setRanges(node, ranges.add(tree.ranges(node), offset, length));
  }
}
