package io.homecloud.storage.adoption;

import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.pool.PoolId;
import java.util.List;

/**
 * A btrfs file system on disks of this machine that is no pool here.
 *
 * @param label as its maker called it, printable, may be empty
 * @param disks those of it that are there
 * @param whole whether those are all
 */
record Offer(PoolId pool, String label, List<Disk> disks, boolean whole) {
  private static final String OURS = "homecloud-";

  Offer {
    disks = List.copyOf(disks);
  }

  /** Whether it was made by homecloud, as far as its label says. */
  boolean labelledAsOurs() {
    return label.startsWith(OURS);
  }
}
