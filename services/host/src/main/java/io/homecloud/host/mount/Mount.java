package io.homecloud.host.mount;

import java.util.Set;

/**
 * A file system seen at a place: one line of mountinfo. Places are text and not {@code Path}: a
 * foreign mount point may hold bytes that a Path of this process' locale refuses.
 *
 * @param id unique among all mounts of the machine while it lives
 * @param parent the mount it stands on
 * @param device the file system's number; for btrfs an anonymous one, not the disk's
 * @param root which part of the file system is seen, {@code /} for all of it
 * @param source what was named when mounting: for a disk its node
 * @param peers the number of the group of mounts, also of other namespaces, on which the same is
 *     mounted and unmounted, see mount_namespaces(7); 0 for none
 * @param master the number of the group that it follows; 0 for none
 */
public record Mount(
    int id,
    int parent,
    DeviceNumber device,
    String root,
    String mountPoint,
    Set<String> options,
    String type,
    String source,
    Set<String> superOptions,
    int peers,
    int master) {
  public Mount {
    options = Set.copyOf(options);
    superOptions = Set.copyOf(superOptions);
  }

  /** Whether writing is refused, by this mount or by the whole file system. */
  public boolean readOnly() {
    return options.contains("ro") || superOptions.contains("ro");
  }

  /** Whether what is mounted on the other one, in another namespace, comes and goes here too. */
  boolean follows(Mount other) {
    return other.peers != 0 && (other.peers == peers || other.peers == master);
  }
}
