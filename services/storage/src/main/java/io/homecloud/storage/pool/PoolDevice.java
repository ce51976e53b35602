package io.homecloud.storage.pool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    public long all() {
      return io() + corruption + generation;
    }

    /** Those where the disk did not do what it was told. */
    public long io() {
      return write + read + flush;
    }

    public boolean any() {
      return all() > 0;
    }

    /** For people: 31 writes failed, 2 blocks were wrong. */
    public String sentence() {
      List<String> parts = new ArrayList<>();
      part(parts, write, "writes failed");
      part(parts, read, "reads failed");
      part(parts, flush, "flushes failed");
      part(parts, corruption, "blocks were wrong");
      part(parts, generation, "blocks were out of date");
      return String.join(", ", parts);
    }

    private static void part(List<String> parts, long count, String what) {
      if (count > 0) {
        parts.add(count + " " + what);
      }
    }
  }

  public long unallocated() {
    return Math.max(0, size - allocated);
  }
}
