package io.homecloud.storage.pool;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * A member of a mounted pool.
 *
 * @param path empty when it is missing
 * @param size in bytes
 * @param allocated bytes given to chunks; what is left can become chunks of any kind
 */
public record PoolDevice(
    long id,
    UUID uuid,
    Optional<Path> path,
    long size,
    long allocated,
    boolean missing,
    Errors errors) {
  /** Counted since the pool was made or the counters were reset; they survive restarts. */
  public record Errors(long write, long read, long flush, long corruption, long generation) {
    public static final Errors NONE = new Errors(0, 0, 0, 0, 0);

    public boolean any() {
      return write + read + flush + corruption + generation > 0;
    }
  }

  public long unallocated() {
    return Math.max(0, size - allocated);
  }
}
