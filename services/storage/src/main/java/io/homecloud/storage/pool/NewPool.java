package io.homecloud.storage.pool;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A pool to be made.
 *
 * @param label at most 255 bytes, for people who look at the disk elsewhere
 * @param erase take the disks whatever is on them
 */
public record NewPool(
    PoolId id, String label, List<Path> devices, Profile data, Profile metadata, boolean erase) {
  public NewPool {
    devices = List.copyOf(new LinkedHashSet<>(devices));
    if (devices.isEmpty()) {
      throw new IllegalArgumentException("a pool needs a disk");
    }
    if (!label.codePoints().allMatch(c -> c > 0x1f && c != 0x7f)
        || label.getBytes(StandardCharsets.UTF_8).length > 255) {
      throw new IllegalArgumentException("label of a pool");
    }
  }
}
