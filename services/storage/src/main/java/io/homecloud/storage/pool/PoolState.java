package io.homecloud.storage.pool;

import java.util.List;

/**
 * What the kernel says of a mounted pool.
 *
 * @param degraded at least one member is missing
 * @param running the one job the kernel does for the pool now
 * @param quotas whether simple quotas count
 */
public record PoolState(
    PoolId id,
    String label,
    List<PoolDevice> devices,
    boolean readOnly,
    boolean degraded,
    boolean quotas,
    Job running) {
  /** Jobs that exclude each other. */
  public enum Job {
    NONE,
    BALANCE,
    /** Interrupted, goes on when asked. */
    BALANCE_PAUSED,
    ADD_DEVICE,
    REMOVE_DEVICE,
    REPLACE_DEVICE,
    OTHER
  }

  public PoolState {
    devices = List.copyOf(devices);
  }
}
