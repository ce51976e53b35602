package io.homecloud.storage.files;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The files of a volume or a snapshot for those who come by HTTP. Open it for a request, not for
 * long: while it is open the volume cannot be unmounted. What makes, moves or deletes is on the
 * disk when it returns. Of every method, refused: {@link StorageError#FILE_NOT_FOUND}, {@link
 * StorageError#NOT_A_DIRECTORY}, {@link StorageError#LINK_NOT_FOLLOWED}, {@link
 * StorageError#OUTSIDE_VOLUME} by what lies on the path; of those that write, {@link
 * StorageError#READ_ONLY}, {@link StorageError#POOL_FULL}, {@link StorageError#QUOTA_EXCEEDED},
 * {@link StorageError#FILE_NAME_RESERVED} too.
 */
public final class VolumeFiles implements AutoCloseable {
  public static final int MAX_PAGE = 1000;

  private final BeneathDirectory root;
  private final FileOwner owner;

  private VolumeFiles(BeneathDirectory root, FileOwner owner) {
    this.root = root;
    this.owner = owner;
  }

  /**
   * Opens a volume or a snapshot.
   *
   * @param mountPath where the program itself mounted it
   * @param owner to whom what is made here belongs
   */
  public static Outcome<VolumeFiles> open(Path mountPath, FileOwner owner) {
    return FileRefused.asResult(
        FilePath.ROOT, () -> new VolumeFiles(BeneathDirectory.at(mountPath), owner));
  }

  /**
   * The same, empty when nothing is mounted there: what were written then would lie in the
   * directory underneath, and be hidden as soon as the volume is in place.
   */
  public static Outcome<Optional<VolumeFiles>> openMounted(Path mountPath, FileOwner owner) {
    return FileRefused.asResult(
        FilePath.ROOT,
        () -> BeneathDirectory.mountedAt(mountPath).map(root -> new VolumeFiles(root, owner)));
  }

  /**
   * The same for reading and bringing files as that user, to whom belongs what is brought; to be
   * closed once. What may not be read is not there, and {@link StorageError#FILE_PROTECTED} is
   * refused for bringing where the user may not write.
   */
  public VolumeFiles seenBy(Sight user) {
    return new VolumeFiles(
        root.seenBy(user),
        new FileOwner(user.uid(), user.gid(), owner.fileMode(), owner.directoryMode()));
  }

  /**
   * A page of a directory, by name. Consistent with itself; between two pages entries may come and
   * go.
   *
   * @param after the last name of the page before, null for the first page
   * @param limit at most {@link #MAX_PAGE}
   */
  public Outcome<FilePage> list(FilePath directory, @Nullable FileName after, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " entries");
    }
    FileName hidden = directory.isRoot() ? PartialFiles.PLACE : null;
    return reading(directory, () -> new DirectoryPage(limit, after, hidden).read(root, directory));
  }

  /** What is there; a symbolic link is shown itself. */
  public Outcome<FileEntry> stat(FilePath path) {
    return reading(path, () -> root.entry(path));
  }

  /**
   * Opens a file for reading. Refused also: {@code IS_A_DIRECTORY}, {@code NOT_A_FILE}; it never
   * blocks.
   */
  public Outcome<OpenFile> read(FilePath file) {
    return reading(file, () -> root.file(file));
  }

  /**
   * Opens a directory to be written out as one zip file; see {@link DirectoryZip}.
   *
   * @param folder what everything in the archive lies in
   */
  public Outcome<DirectoryZip> zip(FilePath directory, FileName folder) {
    return reading(
        directory,
        () -> new DirectoryZip(root, root.directory(directory), folder, directory, List.of()));
  }

  /**
   * Opens a directory of which only some files and directories are to be written out. What of them
   * is gone by then is left out.
   *
   * @param picked paths in the directory
   */
  public Outcome<DirectoryZip> zip(FilePath directory, FileName folder, List<FilePath> picked) {
    return reading(
        directory,
        () -> {
          List<FilePath> places = picked.stream().map(directory::resolve).toList();
          if (places.stream().anyMatch(VolumeFiles::reserved)) {
            throw new FileRefused(StorageError.FILE_NOT_FOUND);
          }
          return new DirectoryZip(root, root.directory(directory), folder, directory, picked);
        });
  }

  /**
   * Begins an upload or, when its id was here before, resumes it. Refused also: {@code FILE_BUSY}
   * while another request writes it; {@code FILE_EXISTS}, {@code FILE_CHANGED} and {@code
   * IS_A_DIRECTORY} as {@link Replace} says.
   */
  public Outcome<Upload> upload(UploadRequest request) {
    return writing(request.target(), () -> Upload.begin(root, owner, request));
  }

  /**
   * Whether somebody may bring a file there at all. Refused as {@link #upload} refuses it by its
   * directory.
   */
  public Outcome<FilePath> welcome(FilePath target) {
    return writing(
        target,
        () -> {
          Upload.requireWriting(root, target);
          return target;
        });
  }

  /** How many bytes of an upload are here; 0 when it is unknown. */
  public Outcome<Long> uploaded(UploadId id) {
    return FileRefused.asResult(
        FilePath.ROOT,
        () -> {
          try (Descriptor place = new PartialFiles(root).place();
              Descriptor file = PartialFiles.existing(place, PartialFiles.nameOf(id))) {
            return file == null ? 0L : SafeLength.of(file);
          } catch (FileRefused e) {
            if (e.is(StorageError.FILE_NOT_FOUND)) {
              return 0L;
            }
            throw e;
          }
        });
  }

  /**
   * Takes an upload back that was not finished; false when nothing of it is here. Refused: {@code
   * FILE_BUSY} while another request writes it.
   */
  public Outcome<Boolean> takeBack(UploadId id) {
    return FileRefused.asResult(
        FilePath.ROOT,
        () -> {
          try (Descriptor place = new PartialFiles(root).place()) {
            return PartialFiles.remove(place, PartialFiles.nameOf(id));
          } catch (FileRefused e) {
            if (e.is(StorageError.FILE_NOT_FOUND)) {
              return false;
            }
            throw e;
          }
        });
  }

  /**
   * Makes a directory. Refused also: {@code FILE_EXISTS}, but with parents a directory that is
   * there already is fine.
   */
  public Outcome<FileEntry> makeDirectory(FilePath path, boolean parents) {
    return writing(path, () -> new DirectoryMaking(root, owner).make(path, parents));
  }

  /**
   * Moves or renames whatever is there. Refused also: {@code FILE_EXISTS}, unless it may replace;
   * then {@code DIRECTORY_NOT_EMPTY}, {@code IS_A_DIRECTORY}, {@code NOT_A_DIRECTORY} when one
   * cannot replace the other; {@code INTO_ITSELF}.
   */
  public Outcome<FileEntry> move(FilePath from, FilePath to, boolean replace) {
    return writing(
        from,
        () -> {
          requireOurs(to);
          try (Descriptor source = FileRefused.naming(from, () -> root.directory(from.parent()));
              Descriptor target = FileRefused.naming(to, () -> root.directory(to.parent()))) {
            FileRefused.naming(from, () -> Kernel.status(source, from.name()));
            Kernel.rename(source, from.name(), target, to.name(), replace);
            Kernel.sync(target);
            Kernel.sync(source);
            return root.entry(target, to.name());
          }
        });
  }

  /**
   * Deletes what is there, a link itself; how many entries. Refused also: {@code
   * DIRECTORY_NOT_EMPTY} unless recursive. A recursive one ends at the first entry that cannot be
   * deleted, and when cancelled; what was deleted stays deleted.
   */
  public Outcome<Long> delete(FilePath path, boolean recursive, TaskProgress progress) {
    return writing(
        path,
        () -> {
          try (Descriptor parent = root.directory(path.parent())) {
            long deleted = delete(parent, path, recursive, progress);
            Kernel.sync(parent);
            return deleted;
          }
        });
  }

  private long delete(Descriptor parent, FilePath path, boolean recursive, TaskProgress progress)
      throws FileRefused {
    FileName name = path.name();
    return switch (root.entry(parent, name).type()) {
      case FILE, LINK, OTHER -> {
        Kernel.removeFile(parent, name);
        yield 1;
      }
      case DIRECTORY -> {
        if (recursive) {
          yield new TreeDeletion(root, progress).delete(path, parent);
        }
        Kernel.removeDirectory(parent, name);
        yield 1;
      }
      case MOUNT -> throw new FileRefused(StorageError.OUTSIDE_VOLUME);
    };
  }

  /**
   * Removes partial uploads that were written to last at a time that is long ago, or before the
   * machine was started; how many.
   */
  public Outcome<Integer> sweep(Predicate<Instant> longAgo) {
    return FileRefused.asResult(FilePath.ROOT, () -> new PartialFiles(root).sweep(longAgo));
  }

  private static <T> Outcome<T> reading(FilePath path, FileRefused.Attempt<T> attempt) {
    return FileRefused.asResult(
        path,
        () -> {
          if (reserved(path)) {
            throw new FileRefused(StorageError.FILE_NOT_FOUND);
          }
          return attempt.run();
        });
  }

  private static <T> Outcome<T> writing(FilePath path, FileRefused.Attempt<T> attempt) {
    return FileRefused.asResult(
        path,
        () -> {
          requireOurs(path);
          return attempt.run();
        });
  }

  private static void requireOurs(FilePath path) throws FileRefused {
    if (path.isRoot() || reserved(path)) {
      throw new FileRefused(StorageError.FILE_NAME_RESERVED, path);
    }
  }

  private static boolean reserved(FilePath path) {
    return !path.isRoot() && path.names().getFirst().equals(PartialFiles.PLACE);
  }

  @Override
  public void close() {
    root.close();
  }
}
