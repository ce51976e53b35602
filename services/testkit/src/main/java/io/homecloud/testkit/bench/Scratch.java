package io.homecloud.testkit.bench;

import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** What figures are measured on. */
public final class Scratch {
  private Scratch() {}

  /** Content that cannot be compressed. */
  public static Path random(Path file, long bytes) throws IOException {
    byte[] block = new byte[1 << 20];
    Random random = new Random(7);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long done = 0; done < bytes; done += block.length) {
        random.nextBytes(block);
        out.write(block, 0, (int) Math.min(block.length, bytes - done));
      }
    }
    return file;
  }

  /** A file system with the pool's profiles and quotas, mounted with its options. */
  public static Path likeThePool(LoopDisks disks, long bytes) {
    Path disk = disks.disk(bytes);
    new Shell()
        .run("mkfs.btrfs", "-q", "-m", "dup", "-d", "single", "-O", "squota", disk.toString());
    return disks.mount(disk, "noatime", "compress=zstd:3");
  }
}
