package io.homecloud.storage.pool;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a scrub found.
 *
 * @param bytes read, copies counted
 * @param corrected blocks that were wrong on a disk and were rewritten from another copy
 * @param uncorrectable blocks with no good copy
 * @param unverified wrong once, right when read again: a cable or a controller
 * @param damaged files that cannot be read whole, relative to the pool's root, the snapshots that
 *     share them included
 * @param damagedMetadata whether something else than files was hit
 * @param moreDamaged more files than are named
 */
public record ScrubReport(
    long bytes,
    long corrected,
    long uncorrectable,
    long unverified,
    @JsonSerialize(contentUsing = ToStringSerializer.class) List<Path> damaged,
    boolean damagedMetadata,
    boolean moreDamaged) {
  public ScrubReport {
    damaged = List.copyOf(damaged);
  }

  /** The same with other names for the files. */
  ScrubReport withNames(UnaryOperator<Path> name) {
    return new ScrubReport(
        bytes,
        corrected,
        uncorrectable,
        unverified,
        damaged.stream().map(name).toList(),
        damagedMetadata,
        moreDamaged);
  }
}
