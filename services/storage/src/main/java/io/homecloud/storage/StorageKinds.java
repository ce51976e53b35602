package io.homecloud.storage;

import io.homecloud.control.resource.Kind;
import io.homecloud.storage.disk.DiskSpec;
import io.homecloud.storage.disk.DiskStatus;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.schedule.ScheduleSpec;
import io.homecloud.storage.schedule.ScheduleStatus;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.trash.TrashSpec;
import io.homecloud.storage.trash.TrashStatus;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;

/** The kinds that storage owns. */
public final class StorageKinds {
  /** Where storage's API begins. */
  public static final String API = "/api/storage/v1";

  public static final Kind<PoolSpec, PoolStatus> POOL =
      new Kind<>("Pool", "pools", PoolSpec.class, PoolStatus.class);
  public static final Kind<VolumeSpec, VolumeStatus> VOLUME =
      new Kind<>("Volume", "volumes", VolumeSpec.class, VolumeStatus.class);
  public static final Kind<SnapshotSpec, SnapshotStatus> SNAPSHOT =
      new Kind<>("Snapshot", "snapshots", SnapshotSpec.class, SnapshotStatus.class);
  public static final Kind<TrashSpec, TrashStatus> TRASH =
      new Kind<>("TrashedVolume", "trash", TrashSpec.class, TrashStatus.class);

  public static final Kind<ScheduleSpec, ScheduleStatus> SCHEDULE =
      new Kind<>(
          "SnapshotSchedule", "snapshot-schedules", ScheduleSpec.class, ScheduleStatus.class);

  public static final Kind<DiskSpec, DiskStatus> DISK =
      new Kind<>("Disk", "disks", DiskSpec.class, DiskStatus.class);

  private StorageKinds() {}
}
