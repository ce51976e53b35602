package io.homecloud.sharing.ganesha;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A socket in the file system by a path that is short enough, whatever directory it is in: the
 * kernel takes 107 bytes. Good as long as it is open.
 */
final class SocketPath implements AutoCloseable {
  private final Descriptor directory;
  private final String name;

  SocketPath(Path socket) throws IOException {
    Path parent = socket.toAbsolutePath().getParent();
    byte[] path = String.valueOf(parent).getBytes(StandardCharsets.UTF_8);
    long opened =
        FileCalls.open(Descriptor.AT_FDCWD, path, FileCalls.O_PATH | FileCalls.O_DIRECTORY, 0, 0);
    if (opened < 0) {
      throw new IOException("no directory " + parent);
    }
    directory = new Descriptor(opened);
    name = String.valueOf(socket.getFileName());
  }

  Path path() {
    return Path.of("/proc/self/fd", Integer.toString(directory.number()), name);
  }

  @Override
  public void close() {
    directory.close();
  }
}
