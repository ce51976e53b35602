package io.homecloud.backup.tree;

import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.Mounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The number that the kernel gives to each disk that comes, and to no other after it. */
public final class DiskSequence {
  private static final Path BLOCK = Path.of("/sys/class/block");
  private static final Path NUMBERED = Path.of("/sys/dev/block");

  private DiskSequence() {}

  /** Of the disk that a device is, or is a partition of; empty when the kernel does not tell. */
  public static String of(String device) {
    try {
      return read(BLOCK.resolve(Path.of(device).toRealPath().getFileName()));
    } catch (IOException e) {
      return "";
    }
  }

  /** Of the disk that a directory is on; empty when it is on none, or not there. */
  public static String under(Path directory) {
    return mount(directory).map(DiskSequence::of).orElse("");
  }

  /**
   * Another text each time that the disk comes that a directory is on, and each time that it is
   * mounted. The number of a mount alone is given again when it is free.
   */
  public static String mounted(Path directory) {
    return mount(directory).map(mount -> of(mount) + "." + mount.id()).orElse("");
  }

  /**
   * Whether two directories are on one file system, also where it is mounted several times; false
   * when one is not there.
   */
  public static boolean together(Path one, Path other) {
    Optional<Mount> mount = mount(one);
    return mount.isPresent() && mount.map(Mount::device).equals(mount(other).map(Mount::device));
  }

  private static Optional<Mount> mount(Path directory) {
    try {
      String there = directory.toRealPath() + "/";
      return new Mounts()
          .list().stream()
              .filter(mount -> there.startsWith(mount.mountPoint().replaceFirst("/*$", "/")))
              // The last of equally long ones covers the others.
              .reduce((a, b) -> b.mountPoint().length() >= a.mountPoint().length() ? b : a);
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static String of(Mount mount) {
    try {
      return read(NUMBERED.resolve(mount.device().toString()));
    } catch (IOException e) {
      // btrfs has a number of its own, and names a disk.
      return of(mount.source());
    }
  }

  private static String read(Path device) throws IOException {
    Path entry = device.toRealPath();
    Path own = entry.resolve("diskseq");
    Path disk = Files.exists(own) ? own : entry.resolveSibling("diskseq");
    return Files.exists(disk) ? Files.readString(disk).strip() : "";
  }
}
