package io.homecloud.backup.change;

import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Directories beneath a tree, opened or made, never through a link. */
final class Directories {
  private static final int PLACE = FileCalls.O_PATH | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;

  private Directories() {}

  static Optional<Descriptor> opened(BeneathTree tree, RelativePath path) {
    return tree.open(path, PLACE);
  }

  /** Made if it is not there, with those above it; for root alone until somebody changes that. */
  static Descriptor made(BeneathTree tree, RelativePath path) throws IOException {
    Optional<Descriptor> there = opened(tree, path);
    if (there.isPresent()) {
      return there.get();
    }
    Deque<RelativePath> missing = new ArrayDeque<>();
    RelativePath above = path;
    Optional<Descriptor> at = there;
    while (at.isEmpty()) {
      missing.push(above);
      if (above.isTop()) {
        throw new IOException("no directory");
      }
      above = above.parent();
      at = opened(tree, above);
    }
    Descriptor parent = at.get();
    for (RelativePath one : missing) {
      try (Descriptor in = parent) {
        long answer = FileCalls.makeDirectory(in.number(), one.name().bytes(), 0700);
        if (answer < 0) {
          throw new IOException("making " + one + ": " + Errno.of(answer).text());
        }
      }
      parent =
          opened(tree, one).orElseThrow(() -> new IOException("making " + one + ": it is gone"));
    }
    return parent;
  }
}
