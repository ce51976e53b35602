package io.homecloud.storage;

import io.homecloud.host.LocalHost;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.blkid.BlkidContentProbe;
import io.homecloud.storage.block.BlockNodes;
import io.homecloud.storage.block.LoopDevices;
import io.homecloud.storage.btrfs.BtrfsPools;
import io.homecloud.storage.btrfs.BtrfsVolumes;
import io.homecloud.storage.catalogue.PoolRecords;
import io.homecloud.storage.disk.DiskTools;
import io.homecloud.storage.disk.Disks;
import io.homecloud.storage.disk.LoopPolicy;
import io.homecloud.storage.disk.SafeRemoval;
import io.homecloud.storage.pool.PoolBackend;
import io.homecloud.storage.pool.PoolDisks;
import io.homecloud.storage.smartctl.SmartctlDiskHealth;
import io.homecloud.storage.sysfs.SysfsDetacher;
import io.homecloud.storage.sysfs.SysfsDisks;
import io.homecloud.storage.sysfs.SystemRoots;
import io.homecloud.storage.uevent.KernelDiskEvents;
import io.homecloud.storage.volume.VolumeBackend;
import java.util.List;

/** What acts on this machine. */
public record StorageNode(
    Disks disks,
    PoolDisks poolDisks,
    PoolBackend pools,
    VolumeBackend volumes,
    PoolRecords records) {

  static StorageNode of(StorageConfig config, PoolRecords records) {
    LocalHost host = new LocalHost();
    Mounts mounts = new Mounts();
    Disks disks =
        new SysfsDisks(
            SystemRoots.REAL,
            new BlkidContentProbe(host),
            new LoopPolicy(List.of(config.data()), config.images().orElse(List.of())),
            mounts::list);
    return new StorageNode(
        disks, new PoolDisks(disks), new BtrfsPools(host), new BtrfsVolumes(), records);
  }

  static DiskTools diskTools(Disks disks) {
    LocalHost host = new LocalHost();
    return new DiskTools(
        new KernelDiskEvents(),
        new SmartctlDiskHealth(host),
        new SafeRemoval(
            disks,
            new Mounts(),
            new MountHolders(),
            new SysfsDetacher(SystemRoots.REAL, new BlockNodes(), new LoopDevices())));
  }
}
