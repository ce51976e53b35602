package io.homecloud.testkit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The kernel's loop devices, as sysfs tells. */
final class LoopDevices {
  private static final Path BLOCK = Path.of("/sys/block");
  private static final Path FILE_SYSTEMS = Path.of("/sys/fs");
  private static final String DELETED = " (deleted)";
  private static final int ATTEMPTS = 50;
  private static final int SECTOR = 512;
  private static final Path SWAPS = Path.of("/proc/swaps");

  private final Tools tools;

  LoopDevices(Tools tools) {
    this.tools = tools;
  }

  /**
   * Attaches the file to a free device. Others take devices at the same time, and without udev a
   * new one's node is not made by anybody: so neither "find and set up" of losetup will do.
   */
  Path attach(Path image) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Path device = Path.of(tools.must("losetup", "--find"));
      makeNode(device);
      if (tools.succeeds("losetup", device.toString(), image.toString())) {
        return device;
      }
    }
    throw new IllegalStateException("no free loop device for " + image);
  }

  private void makeNode(Path device) {
    if (Files.exists(device)) {
      return;
    }
    String[] number = read(BLOCK.resolve(device.getFileName()).resolve("dev")).split(":", 2);
    if (number.length == 2) {
      tools.succeeds("mknod", "-m", "660", device.toString(), "b", number[0], number[1]);
    }
  }

  Path image(Path device) {
    return Path.of(backingFile(device.getFileName().toString()));
  }

  /** Devices of files below the directory, those whose file is deleted included. */
  List<Path> below(Path directory) {
    try (Stream<Path> all = Files.list(BLOCK)) {
      return all.map(p -> p.getFileName().toString())
          .filter(name -> name.startsWith("loop"))
          .filter(name -> Files.exists(backing(name)))
          .filter(name -> Path.of(backingFile(name)).startsWith(directory))
          .map(name -> Path.of("/dev", name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The kernel's memory of a btrfs member on it goes first, or it confuses the next user; and swap
   * that a killed test left in use.
   */
  void detach(Path device) {
    if (read(SWAPS).contains(device + " ")) {
      tools.must("swapoff", device.toString());
    }
    forget(device);
    tools.must("losetup", "--detach", device.toString());
    if (!Files.exists(backing(device.getFileName().toString()))) {
      // Somebody may have scanned all disks in between.
      forget(device);
    }
  }

  /** What is written before the device knows its new end would make the file long again. */
  void resize(Path device, long bytes) {
    Path size = BLOCK.resolve(device.getFileName()).resolve("size");
    Eventually.eventually(() -> {
      try (RandomAccessFile file = new RandomAccessFile(image(device).toFile(), "rw")) {
        file.setLength(bytes);
      }
      tools.must("losetup", "--set-capacity", device.toString());
      if (Long.parseLong(read(size)) * SECTOR != bytes) {
        throw new IllegalStateException(device + " has " + read(size) + " sectors");
      }
    });
  }

  void forget(Path device) {
    tools.succeeds("btrfs", "device", "scan", "--forget", device.toString());
  }

  /** Whether a file system on it is mounted in whichever namespace: sysfs knows them all. */
  boolean mounted(Path device) {
    String name = device.getFileName().toString();
    try (Stream<Path> instances = Files.find(FILE_SYSTEMS, 2, (_, file) -> file.isDirectory())) {
      // btrfs has a directory per file system with its disks in it, the others one per device.
      return instances.anyMatch(instance ->
          instance.endsWith(name) || Files.exists(instance.resolve("devices").resolve(name)));
    } catch (IOException | UncheckedIOException gone) {
      return true;
    }
  }

  private static Path backing(String name) {
    return BLOCK.resolve(name).resolve("loop/backing_file");
  }

  private static String backingFile(String name) {
    String file = read(backing(name));
    return file.endsWith(DELETED) ? file.substring(0, file.length() - DELETED.length()) : file;
  }

  /** Empty when it went meanwhile, as devices of others do. */
  private static String read(Path file) {
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException gone) {
      return "";
    }
  }
}
