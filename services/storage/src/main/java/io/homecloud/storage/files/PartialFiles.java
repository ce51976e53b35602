package io.homecloud.storage.files;

import io.homecloud.host.ProcessIdentity;
import io.homecloud.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The place at the top of a volume for what is not whole yet. In the volume, because only there a
 * file counts for its quota and can be renamed to where it belongs; one place, so that finding what
 * was left behind costs nothing. Open to root alone.
 */
final class PartialFiles {
  /** Not listed, not to be had under this name, and no part of a zip. */
  static final FileName PLACE = FileName.of(".homecloud-partial");

  private static final int MOST_ASIDE = 100;
  private static final String IMPORT = "import-";
  private static final int PRIVATE_DIRECTORY = 0700;
  private static final int PRIVATE_FILE = 0600;
  private static final FilePath PATH = new FilePath(List.of(PLACE));

  private final BeneathDirectory root;

  PartialFiles(BeneathDirectory root) {
    // homecloud's own, whoever brings something
    this.root = root.whole();
  }

  static FileName nameOf(UploadId id) {
    return FileName.of("upload-" + id.value());
  }

  /**
   * Of a copy that an import makes. Another one after the next start of the machine, since then
   * what was not synced may be lost without the size telling it, see {@link SafeLength}.
   */
  static FileName importName(String version) {
    return FileName.of(IMPORT + thisBoot() + "-" + version);
  }

  private static String thisBoot() {
    return ProcessIdentity.thisBoot().substring(0, 8);
  }

  private static boolean ofAnotherBoot(FileName name) {
    return name.text().startsWith(IMPORT) && !name.text().startsWith(IMPORT + thisBoot());
  }

  /** The place, open; refused as not found when nothing was ever half-made here. */
  Descriptor place() throws FileRefused {
    Descriptor place = root.directory(PATH);
    return place.orClose(() -> {
      FileStatus status = Kernel.status(place);
      // somebody in the volume may have taken the name
      if (status.uid() != Kernel.effectiveUser() || (status.mode() & 0077) != 0) {
        throw new FileRefused(StorageError.FILE_NAME_RESERVED, PATH);
      }
      return place;
    });
  }

  /** The place, open, made when it is not there. */
  Descriptor makePlace() throws FileRefused {
    try {
      return place();
    } catch (FileRefused e) {
      switch (e.problem()) {
        case FILE_NOT_FOUND -> {}
        // Whoever may write into the volume may have taken the name, and would stop all uploads.
        case NOT_A_DIRECTORY, LINK_NOT_FOLLOWED, OUTSIDE_VOLUME, FILE_NAME_RESERVED -> putAside();
        default -> throw e;
      }
    }
    try (Descriptor top = root.directory(FilePath.ROOT)) {
      Kernel.makeDirectory(top, PLACE, PRIVATE_DIRECTORY);
    } catch (FileRefused e) {
      if (!e.is(StorageError.FILE_EXISTS)) { // somebody else was quicker
        throw e;
      }
    }
    return place();
  }

  /** What somebody else has put there gets the first name that is free, and is to be seen. */
  private void putAside() throws FileRefused {
    try (Descriptor top = root.directory(FilePath.ROOT)) {
      for (int i = 1; i <= MOST_ASIDE; i++) {
        try {
          Kernel.rename(top, PLACE, top, FileName.of("homecloud-partial-" + i), false);
          return;
        } catch (FileRefused e) {
          if (!e.is(StorageError.FILE_EXISTS)) {
            throw e;
          }
        }
      }
    }
    throw new FileRefused(StorageError.FILE_NAME_RESERVED, PATH);
  }

  /** Opens a partial file to go on writing it, for this opener alone; made when not there. */
  static Descriptor open(Descriptor place, FileName name) throws FileRefused {
    while (true) {
      Descriptor file = existing(place, name);
      if (file == null) {
        file = made(place, name);
      }
      if (file != null && lockedAndStillThere(place, name, file)) {
        return file;
      }
    }
  }

  private static @Nullable Descriptor made(Descriptor place, FileName name) throws FileRefused {
    try {
      return Kernel.open(place, name.raw(), Opening.making(PRIVATE_FILE));
    } catch (FileRefused e) {
      if (e.is(StorageError.FILE_EXISTS)) {
        return null;
      }
      throw e;
    }
  }

  /** What is there, open for writing; null when nothing is. */
  static @Nullable Descriptor existing(Descriptor place, FileName name) throws FileRefused {
    try (Descriptor looked = Kernel.open(place, name.raw(), Opening.LOOK)) {
      Kernel.status(looked).requireFile();
      byte[] path = looked.path().toString().getBytes(StandardCharsets.US_ASCII);
      return Kernel.open(null, path, Opening.WRITE_AGAIN);
    } catch (FileRefused e) {
      if (e.is(StorageError.FILE_NOT_FOUND)) {
        return null;
      }
      throw e;
    }
  }

  /** Whoever had it before may have finished or removed it; then the name is free again. */
  private static boolean lockedAndStillThere(Descriptor place, FileName name, Descriptor file)
      throws FileRefused {
    boolean there =
        file.orClose(() -> {
          Kernel.lock(file);
          try {
            return Kernel.status(place, name).sameInode(Kernel.status(file));
          } catch (FileRefused e) {
            if (e.is(StorageError.FILE_NOT_FOUND)) {
              return false;
            }
            throw e;
          }
        });
    if (!there) {
      file.close();
    }
    return there;
  }

  /** Makes an empty directory here that belongs to the owner already; to be renamed. */
  FileName makeDirectory(Descriptor place, FileOwner owner) throws FileRefused {
    FileName name = FileName.of("directory-" + UUID.randomUUID());
    Kernel.makeDirectory(place, name, PRIVATE_DIRECTORY);
    try (Descriptor directory = root.directory(place, name)) {
      Kernel.own(directory, owner.uid(), owner.gid(), owner.directoryMode());
    }
    return name;
  }

  /**
   * Removes what was changed last at a time that is long ago and nobody holds, and what no import
   * goes on with; how many. By ctime: an import gives its copies the time of what they are copies
   * of, before they have their names.
   */
  int sweep(Predicate<Instant> longAgo) throws FileRefused {
    int swept = 0;
    try (DirectoryReader reader = new DirectoryReader(place())) {
      for (FileName name = reader.next(); name != null; name = reader.next()) {
        if ((ofAnotherBoot(name) || longAgo.test(Kernel.status(reader.directory(), name).changed()))
            && swept(reader.directory(), name)) {
          swept++;
        }
      }
    } catch (FileRefused e) {
      if (!e.is(StorageError.FILE_NOT_FOUND)) {
        throw e;
      }
    }
    return swept;
  }

  private static boolean swept(Descriptor place, FileName name) throws FileRefused {
    try {
      return remove(place, name);
    } catch (FileRefused e) {
      if (e.is(StorageError.FILE_BUSY)) { // being written to, however slowly
        return false;
      }
      throw e;
    }
  }

  /**
   * Removes one; false when it was gone already. Refused: {@code FILE_BUSY} while somebody writes
   * it.
   */
  static boolean remove(Descriptor place, FileName name) throws FileRefused {
    FileStatus status = Kernel.status(place, name);
    if (status.is(FileType.DIRECTORY)) {
      Kernel.removeDirectory(place, name);
      return true;
    }
    if (status.is(FileType.LINK)) { // an import's; nobody writes one
      Kernel.removeFile(place, name);
      return true;
    }
    try (Descriptor file = existing(place, name)) {
      if (file == null) {
        return false;
      }
      Kernel.lock(file);
      Kernel.removeFile(place, name);
      return true;
    }
  }
}
