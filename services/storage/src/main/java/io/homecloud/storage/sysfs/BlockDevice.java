package io.homecloud.storage.sysfs;

import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.host.mount.DeviceNumber;
import io.homecloud.storage.disk.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A disk or partition in sysfs.
 *
 * @param name the kernel's, as in /sys/class/block
 * @param directory its real place, whose path tells how it is connected
 */
record BlockDevice(String name, Path directory) {
  private static final int SECTOR = 512;
  private static final int VPD_HEADER = 4;

  /** Empty when there is none of this name, or no more. */
  static Optional<BlockDevice> named(Path sysClass, String name) {
    if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
      return Optional.empty();
    }
    try {
      Path directory = sysClass.resolve(name).toRealPath();
      return Files.exists(directory.resolve("dev"))
          ? Optional.of(new BlockDevice(name, directory))
          : Optional.empty();
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** An attribute without its line end; empty when it has none. */
  String attribute(String path) {
    return PseudoFiles.line(directory.resolve(path));
  }

  boolean flag(String path) {
    return attribute(path).equals("1");
  }

  Optional<DeviceNumber> number() {
    try {
      return Optional.of(DeviceNumber.parse(attribute("dev")));
    } catch (IllegalArgumentException gone) {
      return Optional.empty();
    }
  }

  /** In bytes; 0 without a medium. sysfs counts sectors of 512 bytes whatever the disk's are. */
  long size() {
    String sectors = attribute("size");
    return sectors.matches("[0-9]{1,15}") ? Long.parseLong(sectors) * SECTOR : 0;
  }

  List<BlockDevice> partitions() {
    return PseudoFiles.entries(directory).stream()
        .filter(entry -> Files.exists(entry.resolve("partition")))
        .map(entry -> new BlockDevice(entry.getFileName().toString(), entry))
        .toList();
  }

  /** Names of the devices that the kernel built on this one, without those on its partitions. */
  List<String> holders() {
    return names("holders");
  }

  /** Names of the devices this one is built on. */
  List<String> slaves() {
    return names("slaves");
  }

  private List<String> names(String directoryName) {
    return PseudoFiles.entries(directory.resolve(directoryName)).stream()
        .map(entry -> entry.getFileName().toString())
        .toList();
  }

  /** An attribute of the nearest device above that has it, for example of the USB device. */
  Optional<String> inherited(String marker, String attribute) {
    for (Path above = directory; above != null; above = above.getParent()) {
      if (Files.exists(above.resolve(marker))) {
        return Optional.of(PseudoFiles.line(above.resolve(attribute))).filter(s -> !s.isBlank());
      }
    }
    return Optional.empty();
  }

  /** The serial number in the SCSI page 0x80; empty when the disk has none. */
  String vpdSerial() {
    byte[] page = PseudoFiles.bytes(directory.resolve("device/vpd_pg80"));
    return page.length <= VPD_HEADER
        ? ""
        : Printable.of(
            new String(page, VPD_HEADER, page.length - VPD_HEADER, StandardCharsets.US_ASCII));
  }
}
