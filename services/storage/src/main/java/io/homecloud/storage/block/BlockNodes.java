package io.homecloud.storage.block;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** What can be done to any block device. Failures are {@link BlockRefused}. */
public final class BlockNodes {
  // linux/fs.h, the same numbers on all architectures we run on
  private static final long BLKROSET = 0x125D;
  private static final long BLKROGET = 0x125E;
  private static final long BLKFLSBUF = 0x1261;

  /** Writes out what the kernel and the disk keep for it, and forgets what was read of it. */
  public void flush(Path node) throws IOException {
    try (OpenNode open = OpenNode.open(node, OpenNode.READ_ONLY)) {
      open.sync();
      open.demand(BLKFLSBUF, MemorySegment.NULL);
    }
  }

  /** Whether the kernel refuses writes to the device. */
  public boolean isReadOnly(Path node) throws IOException {
    try (OpenNode open = OpenNode.open(node, OpenNode.READ_ONLY);
        Arena arena = Arena.ofConfined()) {
      MemorySegment flag = arena.allocate(JAVA_INT);
      open.demand(BLKROGET, flag);
      return flag.get(JAVA_INT, 0) != 0;
    }
  }

  /**
   * Makes the kernel refuse writes to the device, or take them again. Gone when it is unplugged.
   */
  public void setReadOnly(Path node, boolean readOnly) throws IOException {
    try (OpenNode open = OpenNode.open(node, OpenNode.READ_ONLY);
        Arena arena = Arena.ofConfined()) {
      open.demand(BLKROSET, arena.allocateFrom(JAVA_INT, readOnly ? 1 : 0));
    }
  }
}
