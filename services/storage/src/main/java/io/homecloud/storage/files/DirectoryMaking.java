package io.homecloud.storage.files;

import io.homecloud.storage.StorageError;

/**
 * Makes directories that belong to the owner from the first moment: they are made where nobody sees
 * them and then renamed.
 */
final class DirectoryMaking {
  private final BeneathDirectory root;
  private final FileOwner owner;

  DirectoryMaking(BeneathDirectory root, FileOwner owner) {
    this.root = root;
    this.owner = owner;
  }

  FileEntry make(FilePath path, boolean parents) throws FileRefused {
    if (!parents) {
      return makeOne(path);
    }
    FilePath deepest = path;
    while (!isThere(deepest)) {
      deepest = deepest.parent();
    }
    for (int depth = deepest.names().size() + 1; depth <= path.names().size(); depth++) {
      makeUnlessThere(new FilePath(path.names().subList(0, depth)));
    }
    return root.entry(path);
  }

  /** Whether it is there as a directory; the root always is. */
  private boolean isThere(FilePath path) throws FileRefused {
    try (Descriptor directory = root.directory(path)) {
      return directory.number() >= 0;
    } catch (FileRefused e) {
      if (e.is(StorageError.FILE_NOT_FOUND)) {
        return false;
      }
      throw e;
    }
  }

  private void makeUnlessThere(FilePath path) throws FileRefused {
    try {
      makeOne(path);
    } catch (FileRefused e) {
      if (!e.is(StorageError.FILE_EXISTS)) { // two who make the same parents are both right
        throw e;
      }
    }
  }

  private FileEntry makeOne(FilePath path) throws FileRefused {
    PartialFiles partial = new PartialFiles(root);
    try (Descriptor parent = root.directory(path.parent());
        Descriptor place = partial.makePlace()) {
      FileName made = partial.makeDirectory(place, owner);
      boolean renamed = false;
      try {
        Kernel.rename(place, made, parent, path.name(), false);
        renamed = true;
      } finally {
        if (!renamed) {
          Kernel.removeDirectory(place, made);
        }
      }
      Kernel.sync(parent);
      return root.entry(parent, path.name());
    }
  }
}
