package io.homecloud.storage.sysfs;

import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.host.mount.DeviceNumber;
import io.homecloud.storage.disk.DiskId;
import io.homecloud.storage.disk.Printable;
import io.homecloud.storage.disk.Transport;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the stable name of a disk: the name udev gave it under /dev/disk/by-id, else made of its
 * serial number, else of its world-wide id; an image's path for a loop device. A disk without any
 * of these is named by the socket it is plugged into, which is the best that can be said of it.
 */
record DiskNames(SystemRoots roots, UdevDatabase udev) {
  /** Readable names first; then what only machines like. Others name something on the disk. */
  private static final List<Pattern> PREFERRED =
      List.of(
          Pattern.compile("ata-.*"),
          Pattern.compile("nvme-(?!eui\\.|nvme\\.|uuid\\.).*"),
          Pattern.compile("usb-.*"),
          Pattern.compile("mmc-.*"),
          Pattern.compile("virtio-.*"),
          Pattern.compile("scsi-.*"),
          Pattern.compile("wwn-.*"),
          Pattern.compile("nvme-.*"));

  private static final Pattern PARTITION = Pattern.compile(".*-part\\d+");

  DiskId id(BlockDevice disk, Transport transport) {
    if (transport == Transport.LOOP) {
      Path image = Path.of(disk.attribute("loop/backing_file"));
      Path name = image.getFileName();
      return DiskId.derived("loop-" + (name == null ? "" : name), image.toString());
    }
    Optional<String> byId = byId(disk.name());
    if (byId.isPresent()) {
      return DiskId.derived(byId.get(), byId.get());
    }
    String kind = transport.name().toLowerCase(Locale.ROOT);
    String serial = serial(disk);
    if (!serial.isEmpty()) {
      String name = kind + "-" + model(disk) + "-" + serial;
      return DiskId.derived(name, name);
    }
    String worldWide = firstOf(disk.attribute("wwid"), disk.attribute("device/wwid"));
    if (!worldWide.isEmpty()) {
      return DiskId.derived(kind + "-" + worldWide, worldWide);
    }
    return DiskId.derived(kind + "-at", socket(disk));
  }

  /** For two disks that claim one name: where each is plugged in tells them apart. */
  DiskId idBySocket(BlockDevice disk, DiskId claimed) {
    return DiskId.derived(claimed.value(), socket(disk));
  }

  String model(BlockDevice disk) {
    String ofUdev = property(disk, "ID_MODEL").replace('_', ' ').strip();
    // ATA's is cut at 16 characters by SCSI's rules, and udev's is not.
    String vendor = disk.attribute("device/vendor").strip();
    String maker = vendor.equals("ATA") || vendor.startsWith("0x") ? "" : vendor;
    String ofSysfs =
        Printable.of(maker + " " + disk.attribute("device/model") + disk.attribute("device/name"));
    return firstOf(ofUdev, ofSysfs);
  }

  String serial(BlockDevice disk) {
    return firstOf(
        property(disk, "ID_SERIAL_SHORT"),
        disk.attribute("serial"),
        disk.attribute("device/serial"),
        disk.inherited("idVendor", "serial").orElse(""),
        disk.vpdSerial());
  }

  private String property(BlockDevice disk, String key) {
    Optional<DeviceNumber> number = disk.number();
    return number.isEmpty() ? "" : udev.property(number.get(), key);
  }

  private Optional<String> byId(String kernelName) {
    List<String> links =
        PseudoFiles.entries(roots.dev().resolve("disk/by-id")).stream()
            .filter(link -> Path.of(PseudoFiles.link(link)).endsWith(kernelName))
            .map(link -> link.getFileName().toString())
            .filter(name -> !PARTITION.matcher(name).matches())
            .sorted(Comparator.comparingInt(String::length).thenComparing(name -> name))
            .toList();
    return PREFERRED.stream()
        .flatMap(wanted -> links.stream().filter(name -> wanted.matcher(name).matches()))
        .findFirst();
  }

  /** Its path in the device tree up to where numbering depends on the order of finding. */
  private String socket(BlockDevice disk) {
    Path inTree = roots.sys().relativize(disk.directory());
    return inTree.toString().replaceAll("/(host|target|block|\\d+:\\d+:).*", "");
  }

  private static String firstOf(String... candidates) {
    for (String candidate : candidates) {
      String text = Printable.of(candidate);
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }
}
