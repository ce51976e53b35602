package io.homecloud.storage.disk;

import io.homecloud.host.mount.DeviceNumber;
import io.homecloud.host.mount.Holder;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.LettingGo;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes a disk safe to remove. */
public final class SafeRemoval {
  private static final int NAMED = 5;

  private final Disks disks;
  private final Mounts mounts;
  private final MountHolders holders;
  private final Detacher detacher;

  public SafeRemoval(Disks disks, Mounts mounts, MountHolders holders, Detacher detacher) {
    this.disks = disks;
    this.mounts = mounts;
    this.holders = holders;
    this.detacher = detacher;
  }

  /**
   * Unmounts all of the disk and its partitions, never lazily, writes everything out and lets it
   * go. Asked again for a disk that is gone, the answer is {@code DISK_NOT_FOUND}. Of a pool, all
   * mounts go: whoever owns it exports it before.
   *
   * <p>Refused with nothing changed: {@code DISK_BUSY} naming who uses it, for the running system's
   * disk, swap, and disks of RAIDs or volume groups.
   */
  public Outcome<Unplugging> remove(DiskId id) {
    Optional<Disk> found = disks.find(id.value());
    if (found.isEmpty()) {
      return new Outcome.Refused<>(StorageError.DISK_NOT_FOUND, "There is no disk " + id + ".");
    }
    Disk disk = found.get();
    Optional<String> needed = neededBySystem(disk);
    if (needed.isPresent()) {
      return busy(needed.get());
    }
    List<Mount> mounted = disks.mounts(disk);
    Set<DeviceNumber> fileSystems = mounted.stream().map(Mount::device).collect(Collectors.toSet());
    List<Holder> users =
        holders.of(mount -> fileSystems.contains(mount.device())).stream()
            // Copies in other namespaces mostly go when ours does; those that stay are found after.
            .filter(user -> user.use() != Holder.Use.MOUNTED_ELSEWHERE)
            .toList();
    if (!users.isEmpty()) {
      return inUse(users);
    }
    for (Mount mount : mounted.reversed()) {
      Optional<Outcome<Unplugging>> refused = unmount(mount);
      if (refused.isPresent()) {
        return refused.get();
      }
    }
    return letGo(id, fileSystems);
  }

  private static Optional<String> neededBySystem(Disk disk) {
    DiskUse use = disk.use();
    if (use.system()) {
      return Optional.of("The running system stands on it.");
    }
    if (use.swap()) {
      return Optional.of("The system swaps to it.");
    }
    if (!use.holders().isEmpty()) {
      return Optional.of("It is part of " + String.join(" and ", use.holders()) + ".");
    }
    return Optional.empty();
  }

  private Optional<Outcome<Unplugging>> unmount(Mount mount) {
    Optional<Mount> top =
        mounts.list().stream()
            .filter(other -> other.mountPoint().equals(mount.mountPoint()))
            .reduce((_, last) -> last);
    if (top.isPresent() && top.get().id() != mount.id()) {
      return Optional.of(busy("Something else is mounted over it at " + mount.mountPoint() + "."));
    }
    if (top.isPresent()
        && mounts.unmount(mount.mountPoint()) instanceof MountResult.Refused(_, String reason)) {
      List<Holder> users = holders.of(other -> other.id() == mount.id());
      return Optional.of(users.isEmpty() ? busy(reason + ".") : inUse(users));
    }
    return Optional.empty();
  }

  private Outcome<Unplugging> letGo(DiskId id, Set<DeviceNumber> fileSystems) {
    List<Disk> _ = LettingGo.waitedFor(() -> mounted(id), LettingGo.BRIEFLY);
    Optional<Disk> now = disks.find(id.value());
    if (now.isEmpty()) {
      return new Outcome.Done<>(Unplugging.NOW);
    }
    if (isMounted(now.get())) {
      List<Holder> users = holders.of(mount -> fileSystems.contains(mount.device()));
      return users.isEmpty()
          ? busy("It is still mounted where this process cannot see it.")
          : inUse(users);
    }
    try {
      return new Outcome.Done<>(detacher.detach(now.get()));
    } catch (IOException e) {
      return busy("It cannot be let go: " + Printable.of(String.valueOf(e.getMessage())) + ".");
    }
  }

  /** The disk, while it is mounted anywhere. */
  private List<Disk> mounted(DiskId id) {
    return disks.find(id.value()).stream().filter(SafeRemoval::isMounted).toList();
  }

  private static boolean isMounted(Disk disk) {
    return disk.use().mountedElsewhere() || !disk.use().mountPoints().isEmpty();
  }

  private static Outcome<Unplugging> inUse(List<Holder> users) {
    String named =
        users.stream().limit(NAMED).map(Holder::sentence).collect(Collectors.joining("; "));
    int others = users.size() - NAMED;
    return busy("It is in use: " + named + (others > 0 ? "; and " + others + " more." : "."));
  }

  private static Outcome<Unplugging> busy(String sentence) {
    return new Outcome.Refused<>(StorageError.DISK_BUSY, sentence);
  }
}
