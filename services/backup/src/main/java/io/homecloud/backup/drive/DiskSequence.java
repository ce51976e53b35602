package io.homecloud.backup.drive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The number that the kernel gives to each disk that comes, and to no other after it. */
final class DiskSequence {
  private static final Path BLOCK = Path.of("/sys/class/block");

  private DiskSequence() {}

  /** Of the disk that a device is, or is a partition of; empty when the kernel does not tell. */
  static String of(String device) {
    try {
      Path entry = BLOCK.resolve(Path.of(device).toRealPath().getFileName()).toRealPath();
      Path own = entry.resolve("diskseq");
      Path disk = Files.exists(own) ? own : entry.resolveSibling("diskseq");
      return Files.exists(disk) ? Files.readString(disk).strip() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
