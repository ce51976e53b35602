package io.homecloud.storage.disk;

import io.homecloud.host.mount.Mount;
import java.util.List;
import java.util.Optional;

/**
 * The disks of this machine. Left out: what has no medium, memory disks, optical drives, devices
 * built on others, loop devices that are not homecloud's, and disks that udev has not finished
 * looking at (its next event tells). Disks of the running system are there, flagged.
 */
public interface Disks {
  /** All of them, ordered by id, looked at now: sleeping ones wake up. */
  List<Disk> scan();

  /** The one that the kernel calls so, for example {@code sda}. Only this disk is read. */
  Optional<Disk> scan(String name);

  /**
   * The one that a person named: by id, by node, by any link to the node, or by its image file.
   * Only this disk is read.
   */
  Optional<Disk> find(String idOrPath);

  /** The same disks with who uses them now; none is read, so that sleeping ones go on sleeping. */
  List<Disk> usedNow(List<Disk> seen);

  /**
   * Where this process sees the disk or its partitions mounted, in the order of mounting; of a
   * btrfs of several disks, all its mounts.
   */
  List<Mount> mounts(Disk disk);
}
