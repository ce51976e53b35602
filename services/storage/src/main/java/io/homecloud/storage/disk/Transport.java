package io.homecloud.storage.disk;

/** How a disk is connected. */
public enum Transport {
  USB,
  SATA,
  SCSI,
  NVME,
  MMC,
  VIRTIO,
  /** An image file. */
  LOOP,
  OTHER
}
