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
    Set<String> superOptions) {
  public Mount {
    options = Set.copyOf(options);
    superOptions = Set.copyOf(superOptions);
  }

  /** Whether writing is refused, by this mount or by the whole file system. */
  public boolean readOnly() {
    return options.contains("ro") || superOptions.contains("ro");
  }
}
