package io.homecloud.storage.volume;

import java.util.OptionalLong;

/**
 * What a volume with its snapshots is billed.
 *
 * @param used bytes, data shared with another volume excluded
 * @param limit bytes, empty for none
 */
public record VolumeUsage(long used, OptionalLong limit) {
  /** The kernel counts without a sign, and on a disk of elsewhere there may be any number. */
  public VolumeUsage {
    used = Math.max(0, used);
    limit = limit.isPresent() && limit.getAsLong() < 0 ? OptionalLong.of(Long.MAX_VALUE) : limit;
  }

  /** Whether less than this share of its quota is left. */
  boolean lessLeft(int percent) {
    return limit.isPresent() && left() < limit.getAsLong() / 100 * percent;
  }

  /** Bytes of its quota that can still be written; what has none has the most there is. */
  long left() {
    return limit.isPresent() ? Math.max(0, limit.getAsLong() - used) : Long.MAX_VALUE;
  }
}
