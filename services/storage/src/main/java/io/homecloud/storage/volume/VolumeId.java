package io.homecloud.storage.volume;

import java.util.UUID;

/** The identity of a volume, for as long as any of its data exists. */
public record VolumeId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
