package io.homecloud.storage.pool;

import java.util.UUID;

/** The identity of a pool, written on each of its disks. */
public record PoolId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
