package io.homecloud.storage.snapshot.change;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Volumes and read-only snapshots on one real disk, made with the tools alone. */
final class TestVolumes implements AutoCloseable {
  private final LoopDisks disks = new LoopDisks();
  private final LocalHost host = new LocalHost();
  private final Path device;
  private final Path top;
  private final Path scratch;
  private int snapshots;

  TestVolumes(long size) {
    device = disks.disk(size);
    run("mkfs.btrfs", "-q", device.toString());
    top = disks.mount(device);
    try {
      scratch = Files.createDirectory(disks.directory().resolve("scratch"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As after a restart of the machine. */
  void remount() {
    disks.unmount(device, top);
    disks.mountAt(device, top);
  }

  Path volume(String name) {
    Path volume = top.resolve(name);
    run("btrfs", "-q", "subvolume", "create", volume.toString());
    return volume;
  }

  Path snapshot(Path volume) {
    Path snapshot = top.resolve(volume.getFileName() + "@" + ++snapshots);
    run("btrfs", "-q", "subvolume", "snapshot", "-r", volume.toString(), snapshot.toString());
    return snapshot;
  }

  void delete(Path... subvolumes) {
    for (Path subvolume : subvolumes) {
      run("btrfs", "-q", "subvolume", "delete", subvolume.toString());
    }
  }

  /** For temporary files, on the disk of the tests. */
  Path scratch() {
    return scratch;
  }

  void run(String... argv) {
    switch (host.run(new HostCommand(Duration.ofMinutes(2), argv))) {
      case Exited(int code, _, _) when code == 0 -> {}
      case Object other -> throw new AssertionError(String.join(" ", argv) + ": " + other);
    }
  }

  @Override
  public void close() {
    disks.close();
  }
}
