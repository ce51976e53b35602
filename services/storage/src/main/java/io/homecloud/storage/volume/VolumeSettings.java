package io.homecloud.storage.volume;

import io.homecloud.storage.Compression;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What can be wished of a volume, and read back from it.
 *
 * @param quota in bytes, for the volume with its snapshots; empty for no limit
 * @param noCow data is overwritten in place, without checksums and compression; files that exist
 *     keep what they have
 * @param compression empty for what the pool does
 * @param mode permission bits of the volume's root directory, {@code 0} to {@code 03777}
 */
public record VolumeSettings(
    OptionalLong quota, boolean noCow, Optional<Compression> compression, Owner owner, int mode) {
  public VolumeSettings {
    if (quota.isPresent() && quota.getAsLong() < 0) {
      throw new IllegalArgumentException("quota " + quota.getAsLong());
    }
    if (mode < 0 || mode > 03777) {
      throw new IllegalArgumentException("mode " + Integer.toOctalString(mode));
    }
    if (noCow && compression.isPresent()) {
      throw new IllegalArgumentException("a volume without copy-on-write cannot be compressed");
    }
  }
}
