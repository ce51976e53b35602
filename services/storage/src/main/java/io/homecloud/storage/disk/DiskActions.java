package io.homecloud.storage.disk;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore.Order;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What can be done with a disk, after refusing at once what cannot be. */
public final class DiskActions {
  private final ControlPlane plane;
  private final Disks disks;
  private final SafeRemoval removal;

  DiskActions(ControlPlane plane, Disks disks, SafeRemoval removal) {
    this.plane = plane;
    this.disks = disks;
    this.removal = removal;
  }

  /** The disk of that id or path, looked at now; never the one that the system runs on. */
  public Disk require(String idOrPath) {
    return disks
        .find(idOrPath)
        .filter(Disk::offered)
        .orElseThrow(() ->
            StorageProblem.DISK_NOT_FOUND.because(
                "There is no such disk on node " + plane.node() + "."));
  }

  /** The pool of this installation that the disk is a member of. */
  Optional<Resource<PoolSpec, PoolStatus>> pool(Disk disk) {
    return disk.content() instanceof DiskContent.BtrfsMember(UUID fsid, _, _)
        ? plane.resources().find(StorageKinds.POOL, fsid)
        : Optional.empty();
  }

  /**
   * Makes a disk safe to remove.
   *
   * @throws io.homecloud.control.problem.ProblemException DISK_BUSY naming who uses it
   */
  public Unplugging eject(String idOrPath) {
    Disk disk = require(idOrPath);
    pool(disk)
        .ifPresent(pool -> {
          throw StorageProblem.DISK_BUSY
              .because(
                  "It belongs to pool %s. Give the pool away first (POST %s/pools/%s/export), or take the disk out of it (DELETE %s/pools/%s/disks/%s)."
                      .formatted(
                          pool.name(),
                          StorageKinds.API,
                          pool.name(),
                          StorageKinds.API,
                          pool.name(),
                          disk.id()))
              .with("pool", pool.name().value());
        });
    return StorageProblem.require(removal.remove(disk.id()));
  }

  /** What is to be done to import the disk's files into a directory of a volume. */
  public Order importInto(
      String idOrPath, Name volume, String path, Optional<String> partition, String subject) {
    Disk disk = require(idOrPath);
    Resource<VolumeSpec, VolumeStatus> target =
        plane
            .resources()
            .find(StorageKinds.VOLUME, volume)
            .orElseThrow(() -> ResourceStore.notFound(StorageKinds.VOLUME, volume));
    if (!target.node().equals(plane.node())) {
      throw CommonProblem.NOT_OF_THIS_NODE.because(
          "The volume is on node " + target.node() + ", plug the disk in there.");
    }
    if (ImportTask.mountOf(target).isEmpty()) {
      throw StorageProblem.VOLUME_NOT_READY.because(
          "Volume " + volume + " is not in place now; its conditions say why.");
    }
    pool(disk)
        .ifPresent(pool -> {
          throw StorageProblem.DISK_BUSY.because(
              "It belongs to pool %s of this installation, and its files are in the volumes of that. For files that are in none of them, give the pool away first (POST %s/pools/%s/export)."
                  .formatted(pool.name(), StorageKinds.API, pool.name()));
        });
    FilePath directory = StorageProblem.require(FilePath.parse(path));
    Optional<Refusal> refused = ForeignFiles.refusal(disk, partition);
    if (refused.isPresent()) {
      throw StorageProblem.of(refused.get());
    }
    return new Order(
        ImportTask.ACTION,
        new Task.Target(target.uid(), StorageKinds.VOLUME.name(), volume.value()),
        plane.node(),
        "disk:" + disk.id(),
        new ImportTask.Parameters(disk.id().value(), partition.orElse(null), directory.toString()),
        subject);
  }

  /** What holds a disk, for people; nothing when it may be taken. */
  static List<String> holders(Disk disk) {
    DiskUse use = disk.use();
    List<String> holders = new java.util.ArrayList<>();
    use.mountPoints().forEach(place -> holders.add("mounted at " + place));
    if (use.mountedElsewhere()) {
      holders.add("mounted where this process cannot see it");
    }
    use.holders().forEach(device -> holders.add("part of " + device));
    if (use.swap()) {
      holders.add("swap space");
    }
    return List.copyOf(holders);
  }
}
