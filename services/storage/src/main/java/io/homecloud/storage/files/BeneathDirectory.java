package io.homecloud.storage.files;

import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open directory below which names from outside are safe: no link is followed, no other mount or
 * subvolume entered, no pipe or device opened, and nobody who renames things meanwhile can change
 * that. While it is open its file system cannot be unmounted. Shows all, or what a {@link Sight}
 * does.
 */
public final class BeneathDirectory implements AutoCloseable {
  // the kernel asks to try again when a rename anywhere raced with the resolution
  private static final int TRIES = 16;

  private final Descriptor root;
  private final long device;
  private final @Nullable Sight sight;

  private BeneathDirectory(Descriptor root, long device, @Nullable Sight sight) {
    this.root = root;
    this.device = device;
    this.sight = sight;
  }

  /** Opens a directory that the program itself named, not somebody outside. */
  public static Outcome<BeneathDirectory> open(Path trusted) {
    return FileRefused.asResult(FilePath.ROOT, () -> at(trusted));
  }

  static BeneathDirectory at(Path trusted) throws FileRefused {
    byte[] path = trusted.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
    Descriptor root = Kernel.open(null, path, Opening.TRUSTED);
    return root.orClose(() -> new BeneathDirectory(root, Kernel.status(root).device(), null));
  }

  /**
   * The same, empty when nothing is mounted there: what were written then would lie in the
   * directory underneath, and be hidden as soon as the volume is in place.
   */
  static Optional<BeneathDirectory> mountedAt(Path mountPath) throws FileRefused {
    BeneathDirectory root = at(mountPath);
    boolean mounted = false;
    try {
      mounted = root.apartFrom(mountPath.resolveSibling("."));
    } finally {
      if (!mounted) {
        root.close();
      }
    }
    return mounted ? Optional.of(root) : Optional.empty();
  }

  /** The same as that user sees it; to be closed once. */
  BeneathDirectory seenBy(Sight user) {
    return new BeneathDirectory(root, device, user);
  }

  /** The same with all that is there; to be closed once. */
  BeneathDirectory whole() {
    return new BeneathDirectory(root, device, null);
  }

  /** Whether it is the top of a mount, or of a subvolume, and not a part of what is around it. */
  boolean apartFrom(Path around) throws FileRefused {
    try (BeneathDirectory other = at(around)) {
      return other.device != device;
    }
  }

  /** What is there, looked at but not opened; a symbolic link is the link itself. */
  Descriptor look(FilePath path) throws FileRefused {
    return open(path, Opening.LOOK);
  }

  /** The directory there, open for its entries. */
  Descriptor directory(FilePath path) throws FileRefused {
    return readable(open(path, Opening.DIRECTORY));
  }

  /** The directory of that name in an open one. */
  Descriptor directory(Descriptor in, FileName name) throws FileRefused {
    requireShown(name);
    return readable(open(in, name.raw(), Opening.DIRECTORY));
  }

  private void requireShown(FileName name) throws FileRefused {
    if (sight != null && !sight.shows(name)) {
      throw new FileRefused(StorageError.FILE_NOT_FOUND);
    }
  }

  /** Looked at when it is open: what was looked at before may be another by then. */
  private Descriptor readable(Descriptor file) throws FileRefused {
    return sight == null
        ? file
        : file.orClose(() -> {
          requireReading(Kernel.status(file));
          return file;
        });
  }

  private void requireReading(FileStatus status) throws FileRefused {
    if (sight != null) {
      sight.requireReading(status);
    }
  }

  /** Refuses to bring something of that name into an open directory. */
  void requireWriting(Descriptor directory, FileName name) throws FileRefused {
    if (sight != null) {
      sight.requireWriting(Kernel.status(directory), name);
    }
  }

  private Descriptor open(FilePath path, Opening opening) throws FileRefused {
    if (sight == null) {
      return open(root, path.kernelPath(), opening);
    }
    FilePath top = sight.within();
    if (!top.contains(path)) {
      throw new FileRefused(StorageError.FILE_NOT_FOUND);
    }
    List<FileName> way = path.names().subList(top.names().size(), path.names().size());
    if (way.isEmpty()) {
      return open(root, path.kernelPath(), opening);
    }
    Descriptor here = open(root, top.kernelPath(), Opening.LOOK);
    for (FileName name : way.subList(0, way.size() - 1)) {
      here = next(sight, here, name, Opening.LOOK);
    }
    return next(sight, here, way.getLast(), opening);
  }

  /** One name further, and closes where it comes from. */
  private Descriptor next(Sight user, Descriptor from, FileName name, Opening opening)
      throws FileRefused {
    try (from) {
      user.requireWay(Kernel.status(from), name);
      return open(from, name.raw(), opening);
    }
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
      requireReading(status);
      status.requireFile();
      return new OpenFile(FileEntry.of(nameOf(path), status), looked);
    });
  }

  /** The regular file of that name in an open directory, looked at and found to be one. */
  Descriptor file(Descriptor in, FileName name) throws FileRefused {
    requireShown(name);
    Descriptor looked = open(in, name.raw(), Opening.LOOK);
    return looked.orClose(() -> {
      FileStatus status = Kernel.status(looked);
      requireReading(status);
      status.requireFile();
      return looked;
    });
  }

  /** Looks at an entry itself; also one that is the door to another file system. */
  FileEntry entry(Descriptor in, FileName name) throws FileRefused {
    requireShown(name);
    FileStatus status = Kernel.status(in, name);
    requireReading(status);
    if (status.device() != device) {
      status = status.as(FileType.MOUNT);
    }
    FileEntry entry = FileEntry.of(name, status);
    return status.is(FileType.LINK) ? entry.pointingTo(Kernel.link(in, name)) : entry;
  }

  FileEntry entry(FilePath path) throws FileRefused {
    if (path.isRoot() || (sight != null && sight.within().equals(path))) {
      try (Descriptor here = look(path)) {
        return FileEntry.of(nameOf(path), Kernel.status(here));
      }
    }
    try (Descriptor parent = look(path.parent())) {
      if (sight != null) {
        sight.requireWay(Kernel.status(parent), path.name());
      }
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
