package io.homecloud.standalone.killed;

import io.homecloud.standalone.Script;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** A disk full of somebody's files. */
final class ForeignDisk {
  private static final int FILES = 30;

  private ForeignDisk() {}

  /** Formats and fills it; answers the digests of the files by name. */
  static Map<String, String> fill(LoopDisks disks, Path device, int directories, Random random)
      throws IOException {
    Script.tool("mkfs.ext4", "-q", device.toString());
    Path top = disks.mount(device);
    for (int d = 0; d < directories; d++) {
      Path directory = Files.createDirectory(top.resolve("d" + d));
      for (int f = 0; f < FILES; f++) {
        String content = new UUID(random.nextLong(), f).toString().repeat(random.nextInt(500));
        Files.writeString(directory.resolve("f" + f), content);
      }
    }
    Map<String, String> files = FilesOf.directory(top);
    Script.tool("umount", top.toString());
    return files;
  }
}
