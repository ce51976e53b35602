package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.nio.ByteBuffer;

/** Makes a copy of one file of a snapshot in a directory where nobody else is. */
final class FileMaker {
  private final Side snapshot;
  private final Metadata metadata;

  FileMaker(Side snapshot, Metadata metadata) {
    this.snapshot = snapshot;
    this.metadata = metadata;
  }

  /**
   * Makes it with bytes, owner, mode, attributes and times; a directory is empty.
   *
   * @return 0, or a negative {@link io.homecloud.host.libc.Errno} number; then something may be
   *     there
   */
  long make(
      RelativePath path, Descriptor wanted, FileStatus status, Descriptor directory, byte[] name) {
    long made = makeEmpty(path, status, directory.number(), name);
    if (made < 0) {
      return made;
    }
    long opened =
        FileCalls.open(
            directory.number(),
            name,
            FileCalls.O_PATH | FileCalls.O_NOFOLLOW,
            0,
            FileCalls.BENEATH);
    if (opened < 0) {
      return opened;
    }
    try (Descriptor place = new Descriptor(opened)) {
      long answer = status.type() == FileType.FILE ? fill(wanted, place, status.size()) : 0;
      return answer < 0 ? answer : metadata.copy(wanted, place);
    }
  }

  private long makeEmpty(RelativePath path, FileStatus status, int directory, byte[] name) {
    return switch (status.type()) {
      case DIRECTORY -> FileCalls.makeDirectory(directory, name, 0700);
      case SYMLINK -> FileCalls.makeSymlink(bytes(snapshot.target(path)), directory, name);
      case FILE, FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
          FileCalls.makeNode(directory, name, status.type(), 0600, status.device());
    };
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static long fill(Descriptor wantedPlace, Descriptor place, long size) {
    long opened = FileCalls.open(Descriptor.AT_FDCWD, place.path(), FileCalls.O_RDWR, 0, 0);
    if (opened < 0) {
      return opened;
    }
    try (Descriptor file = new Descriptor(opened);
        Descriptor wanted = Side.reopen(wantedPlace)) {
      long answer = Content.copyFlags(wanted, file);
      return answer < 0 ? answer : Content.copy(wanted, file, size);
    }
  }
}
