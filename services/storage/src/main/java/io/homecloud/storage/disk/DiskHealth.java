package io.homecloud.storage.disk;

/** Asks disks for their health. A sleeping disk is not woken. */
public interface DiskHealth {
  HealthReading read(Disk disk);
}
