package io.homecloud.storage.sysfs;

import io.homecloud.storage.disk.Transport;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Tells from a disk's place in the device tree how it is connected. */
final class Connection {
  private static final Pattern USB = Pattern.compile("usb\\d+");
  private static final Pattern ATA = Pattern.compile("ata\\d+");
  private static final Pattern SCSI_HOST = Pattern.compile("host\\d+");

  private Connection() {}

  static Transport of(BlockDevice disk) {
    if (disk.name().startsWith("loop")) {
      return Transport.LOOP;
    }
    Transport found = Transport.OTHER;
    for (Path step : disk.directory()) {
      String name = step.toString();
      if (USB.matcher(name).matches()) {
        return Transport.USB;
      } else if (ATA.matcher(name).matches()) {
        return Transport.SATA;
      } else if (name.equals("nvme") || name.equals("nvme-subsystem")) {
        return Transport.NVME;
      } else if (name.equals("mmc_host")) {
        return Transport.MMC;
      } else if (SCSI_HOST.matcher(name).matches()) {
        return Transport.SCSI;
      } else if (name.startsWith("virtio")) {
        // Not yet an answer: virtio-scsi has a SCSI host below.
        found = Transport.VIRTIO;
      }
    }
    return found;
  }
}
