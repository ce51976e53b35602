package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.path.RelativePath;
import java.util.Arrays;

/**
 * Opens what is beneath a directory, walked by the kernel without following a link or mount on the
 * way. A path may be longer than the kernel takes at once: who makes such a tree shall not keep
 * anybody from looking at it.
 */
final class Beneath {
  /** PATH_MAX of Linux is 4096 with the NUL. */
  private static final int AT_ONCE = 4095;

  private static final byte[] HERE = {'.'};

  private Beneath() {}

  /** A descriptor, or a negative {@link io.homecloud.host.libc.Errno} number. */
  static long open(Descriptor top, RelativePath path, int flags) {
    if (path.length() <= AT_ONCE) {
      byte[] bytes = path.isTop() ? HERE : path.bytes();
      return FileCalls.open(top.number(), bytes, flags, 0, FileCalls.BENEATH);
    }
    byte[] bytes = path.bytes();
    int from = 0;
    Descriptor directory = top;
    try {
      while (bytes.length - from > AT_ONCE) {
        int to = from + AT_ONCE;
        while (bytes[to] != '/') {
          to--;
        }
        long answer =
            FileCalls.open(
                directory.number(),
                Arrays.copyOfRange(bytes, from, to),
                FileCalls.O_PATH | FileCalls.O_DIRECTORY,
                0,
                FileCalls.BENEATH);
        if (answer < 0) {
          return answer;
        }
        close(directory, top);
        directory = new Descriptor(answer);
        from = to + 1;
      }
      byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
      return FileCalls.open(directory.number(), rest, flags, 0, FileCalls.BENEATH);
    } finally {
      close(directory, top);
    }
  }

  private static void close(Descriptor directory, Descriptor top) {
    if (directory != top) {
      directory.close();
    }
  }
}
