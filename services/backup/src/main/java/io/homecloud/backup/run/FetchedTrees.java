package io.homecloud.backup.run;

import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.Copies.Bringing;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.rsync.TreeFiles;
import io.homecloud.backup.run.RunFiles.Whole;
import io.homecloud.backup.tree.TreeSharing;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;

/**
 * What is wanted of copies that are far away or encrypted, brought here as far as there is room.
 * Directories are brought to be read file by file: asked for one by one, each of them would take
 * seconds.
 */
public final class FetchedTrees {
  private static final Logger LOG = Logger.getLogger(FetchedTrees.class);

  private final Path own;
  private final TreeSharing removal;

  /**
   * @param own a directory of these alone, made when need be
   * @param removal removes plain directories
   */
  public FetchedTrees(Path own, TreeSharing removal) {
    this.own = own;
    this.removal = removal;
  }

  /** Removes what was left when the service ended. */
  public void sweep() {
    remove(own);
  }

  /**
   * Fetches a directory with everything in it; it goes when the answer is closed.
   *
   * @param bytes that the whole copy has
   * @throws io.homecloud.control.problem.ProblemException when there is no room for it, or it
   *     cannot be fetched
   */
  CopyFiles fetch(Whole copy, RelativePath directory, long bytes) throws IOException {
    PrivateDirectory.make(own);
    try (CopyFiles files = copy.files()) {
      requireRoom(files, directory, bytes);
      Path into = Files.createDirectory(own.resolve(UUID.randomUUID().toString()));
      boolean whole = false;
      try {
        for (RelativePath part : parts(files, directory)) {
          bring(copy, part, into);
        }
        CopyFiles fetched = new Removed(new TreeFiles(into), into);
        whole = true;
        return fetched;
      } finally {
        if (!whole) {
          remove(into);
        }
      }
    }
  }

  /**
   * Fetches a file.
   *
   * @param size that is told of it; as nobody need tell the right one, or any, it is watched too
   *     while it comes
   * @throws io.homecloud.control.problem.ProblemException when there is no room for it
   */
  Optional<CopyFiles.Fetched> file(CopyFiles files, RelativePath path, long size)
      throws IOException {
    PrivateDirectory.make(own);
    long most = mayTake();
    if (size > most) {
      throw tooLarge(most, "restore it instead.");
    }
    Interrupting watch = Floor.of(own, most).watch();
    try (watch) {
      return files.fetch(path);
    } catch (CancellationException | IOException e) {
      if (watch.happened()) {
        throw tooLarge(most, "restore it instead.");
      }
      throw e;
    }
  }

  private long mayTake() throws IOException {
    return Files.getFileStore(own).getUsableSpace() / 2;
  }

  private static ProblemException tooLarge(long most, String instead) {
    return BackupProblem.DOWNLOAD_TOO_LARGE.because(
        "It has to be fetched to this node first, and there it may take half of what is free, "
            + most
            + " bytes; "
            + instead);
  }

  private void requireRoom(CopyFiles files, RelativePath directory, long bytes) throws IOException {
    long most = mayTake();
    if ((bytes == 0 || bytes > most) && sum(files, directory) > most) {
      throw tooLarge(most, "restore it, or download a part of it.");
    }
  }

  /** More than anything when it is not told. */
  private static long sum(CopyFiles files, RelativePath directory) throws IOException {
    long sum = 0;
    List<RelativePath> left = new ArrayList<>(List.of(directory));
    while (!left.isEmpty()) {
      RelativePath path = left.removeLast();
      for (CopyFiles.Entry entry : files.list(path, Optional.empty(), Integer.MAX_VALUE)) {
        if (entry.type() == FileType.DIRECTORY) {
          left.add(path.resolve(entry.name()));
        } else if (entry.type() == FileType.FILE) {
          if (entry.size() == CopyFiles.Entry.UNKNOWN) {
            return Long.MAX_VALUE;
          }
          sum += entry.size();
        }
      }
    }
    return sum;
  }

  /** Each is of one volume. */
  private static List<RelativePath> parts(CopyFiles files, RelativePath directory)
      throws IOException {
    return directory.isTop()
        ? files.list(directory, Optional.empty(), CopyFiles.AT_ONCE).stream()
            .map(CopyFiles.Entry::name)
            .toList()
        : List.of(directory);
  }

  private static void bring(Whole copy, RelativePath part, Path into) throws IOException {
    RelativePath volume = part;
    while (!volume.parent().isTop()) {
      volume = volume.parent();
    }
    byte[] bytes = part.bytes();
    int inside = volume.length() + 1;
    RelativePath path =
        part.equals(volume) ? RelativePath.TOP : RelativePath.of(bytes, inside, bytes.length);
    String name = new String(volume.bytes(), StandardCharsets.UTF_8);
    Copied copied =
        copy.copies()
            .bring(
                new Bringing(
                    UUID.randomUUID().toString(),
                    copy.copy(),
                    new Name(name),
                    List.of(path),
                    Files.createDirectory(into.resolve(name))),
                _ -> {});
    if (copied instanceof Copied.Not(_, String sentence)) {
      throw BackupProblem.REPOSITORY_AWAY.because(sentence);
    }
  }

  private void remove(Path directory) {
    try {
      removal.removeAtTheEnd(directory);
    } catch (IOException e) {
      LOG.warnf("%s stays: %s", directory, e.getMessage());
    }
  }

  /** Files that go when nobody reads them any more. */
  private final class Removed implements CopyFiles {
    private final CopyFiles files;
    private final Path directory;

    Removed(CopyFiles files, Path directory) {
      this.files = files;
      this.directory = directory;
    }

    @Override
    public Optional<Entry> entry(RelativePath path) throws IOException {
      return files.entry(path);
    }

    @Override
    public List<Entry> list(RelativePath path, Optional<RelativePath> after, int most)
        throws IOException {
      return files.list(path, after, most);
    }

    @Override
    public Optional<Fetched> fetch(RelativePath file) throws IOException {
      return files.fetch(file);
    }

    @Override
    public Optional<byte[]> link(RelativePath path) throws IOException {
      return files.link(path);
    }

    @Override
    public void close() {
      files.close();
      remove(directory);
    }
  }
}
