package io.homecloud.storage.btrfs;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.mount.DeviceNumber;
import io.homecloud.host.mount.DirectoryMount;
import io.homecloud.host.mount.Holder;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Volumes mounted by themselves, and who uses them. */
final class VolumeMounts {
  private static final int NAMED_HOLDERS = 5;

  private final Mounts mounts;
  private final MountHolders holders;

  VolumeMounts(Mounts mounts, MountHolders holders) {
    this.mounts = mounts;
    this.holders = holders;
  }

  /**
   * @param opened the volume's own directory in the pool
   */
  Outcome<Change> mount(Descriptor opened, Path target) {
    if (DirectoryMount.isAt(target)) {
      return device(target).equals(device(opened.path()))
          ? new Outcome.Done<>(Change.ALREADY_SO)
          : at(target, mounts.list())
              .map(VolumeMounts::wrong)
              .orElseThrow(() -> new StorageFailure("the mount at " + target + " went away"));
    }
    make(target);
    return switch (DirectoryMount.mount(opened.number(), target)) {
      case MountResult.Done _ -> new Outcome.Done<>(Change.MADE);
      case MountResult.Refused(_, String reason) -> throw new StorageFailure(reason);
    };
  }

  /** Nobody but root sees an empty directory there, or writes to it, while nothing is mounted. */
  private static void make(Path target) {
    try {
      if (!Files.isDirectory(target)) {
        Files.createDirectories(target.getParent());
        Files.createDirectory(target, PosixFilePermissions.asFileAttribute(Set.of()));
      }
    } catch (IOException e) {
      throw new StorageFailure("make " + target, e);
    }
  }

  /** Each subvolume has a number of its own, wherever it is seen. */
  private static Object device(Path directory) {
    try {
      return Files.getAttribute(directory, "unix:dev");
    } catch (IOException e) {
      throw new StorageFailure("look at " + directory, e);
    }
  }

  Outcome<Change> unmount(MountedPool pool, VolumeId volume, Path target) {
    List<Mount> table = mounts.list();
    Optional<Mount> there = at(target, table);
    if (there.isEmpty()) {
      return new Outcome.Done<>(Change.ALREADY_SO);
    }
    if (!isVolume(there.get(), mountOf(pool, table).device(), volume)) {
      return wrong(there.get());
    }
    return switch (mounts.unmount(target.toString())) {
      case MountResult.Done _ -> new Outcome.Done<>(Change.MADE);
      case MountResult.Refused(Errno errno, _) when errno == Errno.EBUSY -> {
        int id = there.get().id();
        yield busy("at " + target, holders.of(mount -> mount.id() == id));
      }
      case MountResult.Refused(_, String reason) -> throw new StorageFailure(reason);
    };
  }

  /** Refuses when the place is mounted anywhere, in our namespace or another. */
  Optional<Outcome.Refused<Change>> busy(MountedPool pool, Place place) {
    List<Mount> table = mounts.list();
    Predicate<Mount> chosen = inside(mountOf(pool, table).device(), place);
    List<Holder> found = holders.of(chosen);
    Optional<Mount> here = table.stream().filter(chosen).findFirst();
    if (found.isEmpty() && here.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        busy(here.map(mount -> "mounted at " + mount.mountPoint()).orElse("in use"), found));
  }

  List<Holder> holders(MountedPool pool, VolumeId volume) {
    DeviceNumber device = mountOf(pool, mounts.list()).device();
    return holders.of(inside(device, new Place.Live(volume)));
  }

  /** Where it, or a part of it, is mounted in this namespace beside its own place. */
  List<String> others(MountedPool pool, VolumeId volume, Path own) {
    List<Mount> table = mounts.list();
    DeviceNumber device = mountOf(pool, table).device();
    return table.stream()
        .filter(inside(device, new Place.Live(volume)))
        .map(Mount::mountPoint)
        .filter(point -> !point.equals(own.toString()))
        .toList();
  }

  Map<Path, VolumeId> mounts(MountedPool pool) {
    List<Mount> table = mounts.list();
    DeviceNumber device = mountOf(pool, table).device();
    String prefix = "/" + Place.VOLUMES + "/";
    Map<Path, VolumeId> found = new HashMap<>();
    for (Mount mount : table) {
      // One that shows other owners was made by who serves the files, and is theirs to take away.
      if (mount.device().equals(device)
          && mount.root().startsWith(prefix)
          && !mount.options().contains("idmapped")) {
        PoolLayout.uuid(mount.root().substring(prefix.length()))
            .ifPresent(uuid -> found.put(Path.of(mount.mountPoint()), new VolumeId(uuid)));
      }
    }
    return Map.copyOf(found);
  }

  private static Outcome.Refused<Change> busy(String where, List<Holder> holders) {
    String who =
        holders.stream()
            .limit(NAMED_HOLDERS)
            .map(Holder::sentence)
            .collect(Collectors.joining(", "));
    String more =
        holders.size() > NAMED_HOLDERS ? " and " + (holders.size() - NAMED_HOLDERS) + " more" : "";
    return new Outcome.Refused<>(
        StorageError.VOLUME_BUSY,
        "The volume is " + where + (who.isEmpty() ? "" : ": " + who + more) + ".");
  }

  private static Outcome.Refused<Change> wrong(Mount there) {
    return new Outcome.Refused<>(
        StorageError.WRONG_MOUNT,
        "At " + there.mountPoint() + " is " + there.root() + " of " + there.source() + " already.");
  }

  private Mount mountOf(MountedPool pool, List<Mount> table) {
    return at(pool.root(), table)
        .filter(mount -> mount.type().equals("btrfs"))
        .orElseThrow(
            () -> new StorageFailure("pool " + pool.id() + " is not mounted at " + pool.root()));
  }

  /** The mount that covers all others at this place. */
  private static Optional<Mount> at(Path place, List<Mount> table) {
    return table.stream()
        .filter(mount -> mount.mountPoint().equals(place.toString()))
        .reduce((_, last) -> last);
  }

  private static boolean isVolume(Mount mount, DeviceNumber device, VolumeId volume) {
    return mount.device().equals(device)
        && mount.root().equals("/" + new Place.Live(volume).path());
  }

  private static Predicate<Mount> inside(DeviceNumber device, Place place) {
    String root = "/" + place.path();
    return mount ->
        mount.device().equals(device)
            && (mount.root().equals(root) || mount.root().startsWith(root + "/"));
  }
}
