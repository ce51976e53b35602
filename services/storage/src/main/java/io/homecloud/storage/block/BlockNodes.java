package io.homecloud.storage.block;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** What can be done to any block device. Failures are {@link BlockRefused}. */
public final class BlockNodes {
  // linux/fs.h, the same numbers on all architectures we run on
  private static final long BLKFLSBUF = 0x1261;

  /** Writes out what the kernel and the disk keep for it, and forgets what was read of it. */
  public void flush(Path node) throws IOException {
    try (OpenNode open = OpenNode.open(node, OpenNode.READ_ONLY)) {
      open.sync();
      open.demand(BLKFLSBUF, MemorySegment.NULL);
    }
  }
}
