package io.homecloud.storage.pool;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Room in a pool, as btrfs means it. All in bytes.
 *
 * @param size of all disks together
 * @param allocated given to chunks, copies counted
 * @param used of the chunks, copies counted
 * @param freeEstimated what can still be written if data keeps its profile
 * @param freeMinimum the same if every new chunk had the most copies of any kind in the pool
 * @param available what the system tells programs (df); 0 when metadata has no room left
 * @param lack of room where its disks themselves lie
 */
public record PoolUsage(
    long size,
    long allocated,
    long used,
    long freeEstimated,
    long freeMinimum,
    long available,
    List<Group> groups,
    Optional<Lack> lack) {
  /**
   * A disk that is an image lies on a file system that has no room for all that fits in the disk.
   *
   * @param bytes that are lacking
   * @param left on that file system
   */
  public record Lack(Path image, long bytes, long left) {}

  /** What a chunk holds. */
  public enum Kind {
    DATA,
    METADATA,
    SYSTEM,
    MIXED
  }

  /**
   * All chunks of one kind and profile.
   *
   * @param profile its btrfs word; a foreign pool may use one that we never make
   * @param total bytes that fit, copies not counted
   * @param used bytes of it in use, copies not counted
   */
  public record Group(Kind kind, String profile, long total, long used) {}

  public PoolUsage {
    groups = List.copyOf(groups);
  }

  /**
   * What fits in all, copies not counted: what is in use and what can still be written. It is what
   * {@code freeEstimated} is a share of; {@code size} counts every copy, and disks that are
   * missing.
   */
  public long whole() {
    return freeEstimated + groups.stream().mapToLong(Group::used).sum();
  }

  /** What can be written before the pool or what its disks lie on is full. */
  public long writable() {
    return Math.max(0, freeEstimated - lack.map(Lack::bytes).orElse(0L));
  }

  /** Whether no more than this share of the whole is {@link #writable}. */
  public boolean littleWritable(int percent) {
    return writable() < whole() / 100 * percent;
  }

  /** Whether less than this share of it is free in the pool, whatever its disks lie on. */
  public boolean lessFree(int percent) {
    return bytesUntil(percent) < 0;
  }

  /** How much can be written until no more than this share can; negative when less can already. */
  public long bytesUntil(int percent) {
    return freeEstimated - whole() / 100 * percent;
  }
}
