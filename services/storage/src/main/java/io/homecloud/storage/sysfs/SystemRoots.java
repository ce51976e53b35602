package io.homecloud.storage.sysfs;

import java.nio.file.Path;

/**
 * Where the machine is described; in a container the host's may be mounted at other places.
 *
 * @param sys as /sys
 * @param dev as /dev
 * @param run as /run, where udev keeps what it found out
 * @param proc as /proc
 */
public record SystemRoots(Path sys, Path dev, Path run, Path proc) {
  public static final SystemRoots REAL =
      new SystemRoots(Path.of("/sys"), Path.of("/dev"), Path.of("/run"), Path.of("/proc"));
}
