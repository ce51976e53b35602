package io.homecloud.storage.sysfs;

import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.host.mount.DeviceNumber;
import io.homecloud.storage.disk.Printable;
import java.nio.file.Files;
import java.nio.file.Path;

/** What udev found out about block devices, where it runs. */
record UdevDatabase(Path udev) {

  /** Whether udev runs and has yet to look at this device: its names may still change. */
  boolean pending(DeviceNumber device) {
    return Files.exists(udev.resolve("control")) && !Files.exists(file(device));
  }

  /** A property, made printable; empty when unknown. */
  String property(DeviceNumber device, String key) {
    String start = "E:" + key + "=";
    return PseudoFiles.text(file(device))
        .lines()
        .filter(line -> line.startsWith(start))
        .map(line -> Printable.of(line.substring(start.length())))
        .findFirst()
        .orElse("");
  }

  private Path file(DeviceNumber device) {
    return udev.resolve("data").resolve("b" + device);
  }
}
