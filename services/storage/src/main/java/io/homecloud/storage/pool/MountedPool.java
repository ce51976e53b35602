package io.homecloud.storage.pool;

import java.nio.file.Path;

/**
 * A pool that is mounted.
 *
 * @param root absolute: where the top of the pool is, with the layout below it
 */
public record MountedPool(PoolId id, Path root) {
  public MountedPool {
    if (!root.isAbsolute()) {
      throw new IllegalArgumentException("not absolute: " + root);
    }
  }
}
