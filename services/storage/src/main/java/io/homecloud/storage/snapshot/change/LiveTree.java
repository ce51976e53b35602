package io.homecloud.storage.snapshot.change;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.DirectoryEntries;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A volume that others use at the same time. Every path is walked by the kernel beneath the top
 * directory and never through a symlink; what was looked at once may be something else the next
 * time.
 */
final class LiveTree implements AutoCloseable {
  private static final byte[] HERE = {'.'};

  private final Descriptor top;
  private Descriptor directory;
  private RelativePath directoryPath = RelativePath.TOP;

  private LiveTree(Descriptor top) {
    this.top = top;
    this.directory = again(top);
  }

  static Outcome<LiveTree> open(Path path) {
    long answer =
        FileCalls.open(
            Descriptor.AT_FDCWD,
            path.toAbsolutePath().toString().getBytes(UTF_8),
            FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW,
            0,
            0);
    return answer < 0
        ? new Outcome.Refused<>(
            StorageError.VOLUME_NOT_FOUND, path + ": " + Errno.of(answer).text())
        : new Outcome.Done<>(new LiveTree(new Descriptor(answer)));
  }

  /** The same directory, opened once more. */
  static Descriptor again(Descriptor directory) {
    return new Descriptor(FileCalls.open(directory.number(), HERE, FileCalls.O_DIRECTORY, 0, 0));
  }

  Descriptor top() {
    return top;
  }

  /**
   * A directory, good until the next call (work goes from directory to directory, so the last one
   * is kept); empty when there is none at the path, or a symlink is in the way.
   */
  Optional<Descriptor> directory(RelativePath path) {
    if (path.equals(directoryPath)) {
      return Optional.of(directory);
    }
    long answer = Beneath.open(top, path, FileCalls.O_DIRECTORY);
    if (answer < 0) {
      return absent(answer, path);
    }
    directory.close();
    directory = new Descriptor(answer);
    directoryPath = path;
    return Optional.of(directory);
  }

  /** Forgets the last directory: another one may be at its path now. */
  void forget() {
    directory.close();
    directory = again(top);
    directoryPath = RelativePath.TOP;
  }

  /** What is at the path, as a place only: nothing happens to a fifo or device by that. */
  Optional<Descriptor> place(RelativePath path) {
    Optional<Descriptor> parent = directory(path.parent());
    if (parent.isEmpty()) {
      return parent;
    }
    long answer =
        FileCalls.open(
            parent.get().number(),
            name(path.name()),
            FileCalls.O_PATH | FileCalls.O_NOFOLLOW,
            0,
            FileCalls.BENEATH);
    return answer < 0 ? absent(answer, path) : Optional.of(new Descriptor(answer));
  }

  /** Of what is at the path, a symlink itself. */
  Optional<FileStatus> status(RelativePath path) {
    Optional<Descriptor> found = place(path);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (Descriptor place = found.get()) {
      return Optional.of(status(place));
    }
  }

  /** The names in a directory. */
  Optional<DirectoryEntries> entries(RelativePath path) {
    return directory(path).map(found -> new DirectoryEntries(again(found)));
  }

  static FileStatus status(Descriptor file) {
    return switch (FileCalls.status(file.number())) {
      case StatusAnswer.Found(FileStatus status) -> status;
      case StatusAnswer.Not(long answer) -> throw HaltedException.of(answer, "an open file");
    };
  }

  private static byte[] name(RelativePath path) {
    return path.isTop() ? HERE : path.bytes();
  }

  private static Optional<Descriptor> absent(long answer, RelativePath path) {
    return switch (Errno.of(answer)) {
      case ENOENT, ENOTDIR, ELOOP, EXDEV -> Optional.empty();
      default -> throw HaltedException.of(answer, path.toString());
    };
  }

  @Override
  public void close() {
    directory.close();
    top.close();
  }
}
