package io.homecloud.storage.volume;

import java.util.UUID;

/** The identity of a snapshot. */
public record SnapshotId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
