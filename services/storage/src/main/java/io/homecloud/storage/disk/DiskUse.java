package io.homecloud.storage.disk;

import java.util.List;

/**
 * Who uses a disk or any of its partitions now.
 *
 * @param system the running system stands on it
 * @param mountPoints where this process sees it mounted
 * @param mountedElsewhere mounted, but in no place that this process sees
 * @param holders kernel devices built on it, for example {@code dm-0} or {@code md127}
 */
public record DiskUse(
    boolean system,
    List<String> mountPoints,
    boolean mountedElsewhere,
    List<String> holders,
    boolean swap) {
  public DiskUse {
    mountPoints = List.copyOf(mountPoints);
    holders = List.copyOf(holders);
  }

  /** Nobody does: it may be taken away. */
  public boolean none() {
    return !system && !mountedElsewhere && !swap && mountPoints.isEmpty() && holders.isEmpty();
  }
}
