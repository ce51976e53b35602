package io.homecloud.storage.snapshot.change;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.path.RelativePath;
import java.util.UUID;

/**
 * A directory at the top of a volume that root alone may enter, where files are made, and kept on
 * their way from one place to another. It is one rename away from every place. Named anew each
 * time: what a killed job left in one is found by the next as files that are in the wrong place.
 */
final class Staging implements AutoCloseable {
  private final LiveTree live;
  private final RelativePath path;
  private final Descriptor directory;

  private Staging(LiveTree live, RelativePath path, Descriptor directory) {
    this.live = live;
    this.path = path;
    this.directory = directory;
  }

  /**
   * Makes one.
   *
   * @param prefix what its name begins with
   */
  static Staging make(LiveTree live, String prefix) {
    RelativePath path = RelativePath.of(prefix + UUID.randomUUID());
    long made = FileCalls.makeDirectory(live.top().number(), path.bytes(), 0700);
    if (made < 0) {
      throw HaltedException.of(made, path.toString());
    }
    long opened =
        FileCalls.open(
            live.top().number(),
            path.bytes(),
            FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW,
            0,
            FileCalls.BENEATH);
    if (opened < 0) {
      throw HaltedException.of(opened, path.toString());
    }
    return new Staging(live, path, new Descriptor(opened));
  }

  RelativePath path() {
    return path;
  }

  Descriptor directory() {
    return directory;
  }

  int number() {
    return directory.number();
  }

  /** The name that a node has here. */
  static byte[] name(int node) {
    return Integer.toString(node).getBytes(US_ASCII);
  }

  /** What is here under a node's name, as a place only. */
  Descriptor place(int node) {
    long answer =
        FileCalls.open(
            number(), name(node), FileCalls.O_PATH | FileCalls.O_NOFOLLOW, 0, FileCalls.BENEATH);
    if (answer < 0) {
      throw HaltedException.of(answer, path + "/" + node);
    }
    return new Descriptor(answer);
  }

  /** Takes away something that was made here and is not needed; nothing there is well too. */
  void discard(int node) {
    long answer = FileCalls.unlink(number(), name(node));
    if (Errno.EISDIR.is(answer)) {
      FileCalls.removeDirectory(number(), name(node));
    }
  }

  /** Takes the directory away, if it is empty. */
  boolean remove() {
    return FileCalls.removeDirectory(live.top().number(), path.bytes()) >= 0;
  }

  @Override
  public void close() {
    directory.close();
  }
}
