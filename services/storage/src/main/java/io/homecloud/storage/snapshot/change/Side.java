package io.homecloud.storage.snapshot.change;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.DirectoryEntries;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.libc.XattrCalls;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * One read-only snapshot, to be looked at. Nothing in it can be exchanged while that is done, so a
 * path that the kernel said leads where it says.
 */
final class Side implements AutoCloseable {
  private static final int LONGEST_TARGET = 4096;
  private static final byte[] ITSELF = {};

  private final Path path;
  private final Descriptor top;

  private Side(Path path, Descriptor top) {
    this.path = path;
    this.top = top;
  }

  static Outcome<Side> open(Path path) {
    long answer =
        FileCalls.open(
            Descriptor.AT_FDCWD,
            path.toAbsolutePath().toString().getBytes(UTF_8),
            FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW,
            0,
            0);
    return answer < 0
        ? new Outcome.Refused<>(
            StorageError.SNAPSHOT_NOT_FOUND, path + ": " + Errno.of(answer).text())
        : new Outcome.Done<>(new Side(path, new Descriptor(answer)));
  }

  Descriptor top() {
    return top;
  }

  /**
   * Whether the path leads to something, and through directories only. To be asked first of a path
   * that somebody gave.
   */
  boolean has(RelativePath file) {
    long answer = Beneath.open(top, file, FileCalls.O_PATH | FileCalls.O_NOFOLLOW);
    if (answer >= 0) {
      new Descriptor(answer).close();
    }
    return answer >= 0;
  }

  /** The names in a directory. */
  DirectoryEntries entries(RelativePath directory) {
    return new DirectoryEntries(open(directory, FileCalls.O_DIRECTORY));
  }

  FileStatus status(RelativePath file) {
    return switch (FileCalls.status(top.number(), file.bytes())) {
      case StatusAnswer.Found(FileStatus status) -> status;
      case StatusAnswer.Not(long answer) when Errno.ENAMETOOLONG.is(answer) -> {
        try (Descriptor place = place(file)) {
          yield LiveTree.status(place);
        }
      }
      case StatusAnswer.Not(long answer) -> throw failure(file, answer);
    };
  }

  /** What a symlink points to. */
  ByteBuffer target(RelativePath symlink) {
    try (Descriptor place = place(symlink)) {
      return target(place);
    }
  }

  static ByteBuffer target(Descriptor symlink) {
    byte[] target = new byte[LONGEST_TARGET];
    long length = FileCalls.readSymlink(symlink.number(), ITSELF, target);
    if (length < 0) {
      throw HaltedException.of(length, "a symbolic link");
    }
    return ByteBuffer.wrap(target, 0, (int) length);
  }

  Map<ByteBuffer, ByteBuffer> attributes(RelativePath file) {
    try (Descriptor place = place(file)) {
      Map<ByteBuffer, ByteBuffer> attributes = XattrCalls.map();
      long answer = XattrCalls.read(place, attributes);
      if (answer < 0) {
        throw failure(file, answer);
      }
      return attributes;
    }
  }

  /** What is at the path, as a place only. */
  Descriptor place(RelativePath file) {
    return open(file, FileCalls.O_PATH | FileCalls.O_NOFOLLOW);
  }

  /** The same file for reading. */
  static Descriptor reopen(Descriptor place) {
    long answer = FileCalls.open(Descriptor.AT_FDCWD, place.path(), FileCalls.O_RDONLY, 0, 0);
    if (answer < 0) {
      throw HaltedException.of(answer, "a file of a snapshot");
    }
    return new Descriptor(answer);
  }

  private Descriptor open(RelativePath file, int flags) {
    long answer = Beneath.open(top, file, flags);
    if (answer < 0) {
      throw failure(file, answer);
    }
    return new Descriptor(answer);
  }

  private RuntimeException failure(RelativePath file, long answer) {
    return Errno.ENOENT.is(answer)
        ? new InconsistentStreamException(file + " is not in " + path)
        : new StorageFailure(path + "/" + file + ": " + Errno.of(answer).text());
  }

  @Override
  public void close() {
    top.close();
  }
}
