package io.homecloud.backup.bench;

import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.bench.Shell;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Disks to copy to: a new one for each program and round, all made alike. */
final class Targets {
  private final LoopDisks disks;
  private final long bytes;
  private final Shell shell = new Shell();

  Targets(LoopDisks disks, long bytes) {
    this.disks = disks;
    this.bytes = bytes;
  }

  Path btrfs() {
    Path disk = disks.disk(bytes);
    String _ = shell.run("mkfs.btrfs", "-q", disk.toString());
    return disks.mount(disk, "noatime");
  }

  Path ext4() {
    Path disk = disks.disk(bytes);
    // A gigabyte of small files needs more inodes than there are by default on a disk of that size.
    String _ =
        shell.run("mkfs.ext4", "-q", "-i", "8192", "-E", "lazy_itable_init=0", disk.toString());
    return disks.mount(disk, "noatime");
  }

  Path directory(String name) throws IOException {
    return Files.createDirectories(disks.directory().resolve(name));
  }

  /** MiB that are used on it. */
  long used(Path mount) throws IOException {
    String _ = shell.run("sync", "--file-system", mount.toString());
    FileStore store = Files.getFileStore(mount);
    return (store.getTotalSpace() - store.getUnallocatedSpace()) >> 20;
  }

  /** So that the next ones find room in the image's file system. */
  void remove(Path mount) {
    String device = shell.run("findmnt", "-no", "SOURCE", mount.toString());
    String _ = shell.run("umount", mount.toString());
    Path image = disks.image(Path.of(device));
    disks.detach(Path.of(device));
    String _ = shell.run("rm", "-f", image.toString());
  }

  /** Everything is written and read once, so that nobody has to do that for the others. */
  void warm(Path source) {
    String _ = shell.script("sync --file-system \"$1\"; tar -cf - -C \"$1\" . | wc -c", source);
  }
}
