package io.homecloud.storage.files;

import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * An open directory below which names from outside are safe: no link is followed, no other mount or
 * subvolume entered, no pipe or device opened, and nobody who renames things meanwhile can change
 * that. While it is open its file system cannot be unmounted.
 */
public final class BeneathDirectory implements AutoCloseable {
  // the kernel asks to try again when a rename anywhere raced with the resolution
  private static final int TRIES = 16;

  private final Descriptor root;
  private final long device;

  private BeneathDirectory(Descriptor root, long device) {
    this.root = root;
    this.device = device;
  }

  /** Opens a directory that the program itself named, not somebody outside. */
  public static Outcome<BeneathDirectory> open(Path trusted) {
    return FileRefused.asResult(FilePath.ROOT, () -> at(trusted));
  }

  static BeneathDirectory at(Path trusted) throws FileRefused {
    byte[] path = trusted.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
    Descriptor root = Kernel.open(null, path, Opening.TRUSTED);
    return root.orClose(() -> new BeneathDirectory(root, Kernel.status(root).device()));
  }

  /** Whether it is the top of a mount, or of a subvolume, and not a part of what is around it. */
  boolean apartFrom(Path around) throws FileRefused {
    try (BeneathDirectory other = at(around)) {
      return other.device != device;
    }
  }

  /** What is there, looked at but not opened; a symbolic link is the link itself. */
  Descriptor look(FilePath path) throws FileRefused {
    return open(root, path.kernelPath(), Opening.LOOK);
  }

  /** The directory there, open for its entries. */
  Descriptor directory(FilePath path) throws FileRefused {
    return open(root, path.kernelPath(), Opening.DIRECTORY);
  }

  /** The directory of that name in an open one. */
  Descriptor directory(Descriptor in, FileName name) throws FileRefused {
    return open(in, name.raw(), Opening.DIRECTORY);
  }

  private Descriptor open(Descriptor in, byte[] path, Opening opening) throws FileRefused {
    Descriptor file = openOnce(in, path, opening);
    return file.orClose(() -> inside(file));
  }

  private static Descriptor openOnce(Descriptor in, byte[] path, Opening opening)
      throws FileRefused {
    for (int i = 1; ; i++) {
      try {
        return Kernel.open(in, path, opening);
      } catch (FileRefused e) {
        if (!e.is(StorageError.FILE_BUSY) || i == TRIES) {
          throw e;
        }
      }
    }
  }

  /** A nested subvolume is no mount to openat2, but another device. */
  private Descriptor inside(Descriptor file) throws FileRefused {
    if (Kernel.status(file).device() != device) {
      throw new FileRefused(StorageError.OUTSIDE_VOLUME);
    }
    return file;
  }

  /** The regular file there, to be read. */
  OpenFile file(FilePath path) throws FileRefused {
    Descriptor looked = look(path);
    return looked.orClose(() -> {
      FileStatus status = Kernel.status(looked);
      status.requireFile();
      return new OpenFile(FileEntry.of(nameOf(path), status), looked);
    });
  }

  /** The regular file of that name in an open directory, looked at and found to be one. */
  Descriptor file(Descriptor in, FileName name) throws FileRefused {
    Descriptor looked = open(in, name.raw(), Opening.LOOK);
    return looked.orClose(() -> {
      Kernel.status(looked).requireFile();
      return looked;
    });
  }

  /** Looks at an entry itself; also one that is the door to another file system. */
  FileEntry entry(Descriptor in, FileName name) throws FileRefused {
    FileStatus status = Kernel.status(in, name);
    if (status.device() != device) {
      status = status.as(FileType.MOUNT);
    }
    FileEntry entry = FileEntry.of(name, status);
    return status.is(FileType.LINK) ? entry.pointingTo(Kernel.link(in, name)) : entry;
  }

  FileEntry entry(FilePath path) throws FileRefused {
    if (path.isRoot()) {
      return FileEntry.of(FileName.SELF, Kernel.status(root));
    }
    try (Descriptor parent = look(path.parent())) {
      return entry(parent, path.name());
    }
  }

  private static FileName nameOf(FilePath path) {
    return path.isRoot() ? FileName.SELF : path.name();
  }

  @Override
  public void close() {
    root.close();
  }
}
