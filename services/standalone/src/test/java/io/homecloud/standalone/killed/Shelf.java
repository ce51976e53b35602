package io.homecloud.standalone.killed;

import io.homecloud.standalone.Script;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file system on which disks of a pool lie, so that they can be had as they were at one instant:
 * as after a power cut.
 *
 * <p>It is frozen while their images are copied. It is not the pool's own: freezing it makes the
 * pool write nothing, the loop driver only waits before its next write. So the copies hold every
 * write that the kernel had sent to either disk up to one instant, and none of later: they lack
 * what was in memory alone. What this cannot show is a disk that had taken a write and forgets it;
 * that the kernel flushes a disk's own cache is the kernel's part.
 */
record Shelf(LoopDisks loops, Path directory) {
  private static final long SIZE = 3L << 30;
  private static final long DISK = 1L << 30;

  static Shelf in(LoopDisks loops) {
    Path device = loops.disk(SIZE);
    Script.tool("mkfs.ext4", "-q", device.toString());
    return new Shelf(loops, loops.mount(device));
  }

  List<Path> disks(int count) {
    return Stream.generate(() -> loops.disk(directory, DISK)).limit(count).toList();
  }

  /** Copies them; one program, so that the shelf is thawed whatever happens to this process. */
  List<Path> frozen(Path target) throws IOException {
    Script.tool(
        "bash",
        "-ec",
        """
        trap 'fsfreeze --unfreeze "%1$s"' EXIT
        fsfreeze --freeze "%1$s"
        cp --sparse=always "%1$s"/*.img "%2$s"
        """
            .formatted(directory, target));
    try (Stream<Path> files = Files.list(target)) {
      return files.filter(file -> file.toString().endsWith(".img")).sorted().toList();
    }
  }
}
