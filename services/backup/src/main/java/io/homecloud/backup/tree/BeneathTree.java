package io.homecloud.backup.tree;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory whose inside is opened without ever leaving it: no link is followed, and no {@code
 * ..}.
 */
public final class BeneathTree implements AutoCloseable {
  private static final byte[] ITSELF = {'.'};

  private final Descriptor top;

  private BeneathTree(Descriptor top) {
    this.top = top;
  }

  /**
   * @throws IOException when it is no directory that can be opened
   */
  public static BeneathTree of(Path directory) throws IOException {
    return of(directory, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
  }

  /** As above; what is only there by a link is none. */
  public static BeneathTree ofNoLink(Path directory) throws IOException {
    return of(directory, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW);
  }

  private static BeneathTree of(Path directory, int flags) throws IOException {
    byte[] path = directory.toString().getBytes(StandardCharsets.UTF_8);
    long opened = FileCalls.open(Descriptor.AT_FDCWD, path, flags, 0, 0);
    if (opened < 0) {
      throw new IOException(directory + " cannot be opened");
    }
    return new BeneathTree(new Descriptor(opened));
  }

  public Descriptor top() {
    return top;
  }

  /** Writes out everything that was written to its file system. */
  public void writeOut() throws IOException {
    long synced = FileCalls.syncFileSystem(top.number());
    if (synced < 0) {
      throw new IOException("the disk did not take everything: " + Errno.of(synced).text());
    }
  }

  /** What is at the path; empty when there is nothing, or a link on the way. */
  public Optional<FileStatus> status(RelativePath path) {
    Optional<Descriptor> place = open(path, FileCalls.O_PATH | FileCalls.O_NOFOLLOW);
    if (place.isEmpty()) {
      return Optional.empty();
    }
    try (Descriptor opened = place.get()) {
      return FileCalls.status(opened.number()) instanceof StatusAnswer.Found(FileStatus status)
          ? Optional.of(status)
          : Optional.empty();
    }
  }

  /** Opens it; empty when there is nothing of that kind, or a link on the way. */
  public Optional<Descriptor> open(RelativePath path, int flags) {
    // A link itself can be looked at (O_PATH), never one on the way.
    long opened = FileCalls.open(top.number(), bytes(path), flags, 0, FileCalls.BENEATH);
    if (opened < 0 && (flags & FileCalls.O_PATH) != 0 && !path.isTop()) {
      opened = openLast(path, flags);
    }
    return opened < 0 ? Optional.empty() : Optional.of(new Descriptor(opened));
  }

  private long openLast(RelativePath path, int flags) {
    long parent =
        FileCalls.open(
            top.number(),
            bytes(path.parent()),
            FileCalls.O_PATH | FileCalls.O_DIRECTORY,
            0,
            FileCalls.BENEATH);
    if (parent < 0) {
      return parent;
    }
    try (Descriptor directory = new Descriptor(parent)) {
      return FileCalls.open(
          directory.number(), path.name().bytes(), flags | FileCalls.O_NOFOLLOW, 0, 0);
    }
  }

  private static byte[] bytes(RelativePath path) {
    return path.isTop() ? ITSELF : path.bytes();
  }

  @Override
  public void close() {
    top.close();
  }
}
