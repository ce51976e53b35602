package io.homecloud.storage.volume;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The identity of a snapshot. */
public record SnapshotId(UUID value) {
  /**
   * The one that is taken of a volume only to compare a snapshot with the volume as it is now. It
   * is always the same, so that one that a crash left behind is found; nothing else knows of it.
   */
  public static SnapshotId passing(VolumeId volume) {
    return new SnapshotId(
        UUID.nameUUIDFromBytes(("now " + volume.value()).getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
