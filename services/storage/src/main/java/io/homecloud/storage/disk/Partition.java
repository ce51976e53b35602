package io.homecloud.storage.disk;

import java.nio.file.Path;
import java.util.List;

/**
 * A partition, or rather what can be mounted of it.
 *
 * @param name the kernel's, for example {@code sda1}; not stable
 * @param size in bytes
 * @param mountPoints where this process sees it mounted
 */
public record Partition(
    String name, Path node, long size, DiskContent content, List<String> mountPoints) {
  public Partition {
    mountPoints = List.copyOf(mountPoints);
  }
}
