package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolState;
import io.homecloud.storage.pool.PoolUsage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the kernel says of a mounted pool: ioctls for its members, sysfs for the rest. */
final class PoolReading {
  private static final Path SYSFS = Path.of("/sys/fs/btrfs");
  private static final int DEVICE_UUID = 8;
  private static final int DEVICE_ALLOCATED = 24;
  private static final int DEVICE_SIZE = 32;
  private static final int DEVICE_PATH = 3072;
  private static final int LONGEST_PATH = 1024;
  private static final int STATS = 5;

  PoolId identity(Path root) {
    try (Descriptor top = Descriptor.directory(root);
        Arena arena = Arena.ofConfined()) {
      return new PoolId(uuid(info(top, arena), 16));
    }
  }

  static boolean isOf(Descriptor top, PoolId id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(Ioctl.FS_INFO.size());
      return top.tryIoctl(Ioctl.FS_INFO, args) >= 0 && uuid(args, 16).equals(id.value());
    }
  }

  private static MemorySegment info(Descriptor top, Arena arena) {
    MemorySegment args = arena.allocate(Ioctl.FS_INFO.size());
    top.ioctl(Ioctl.FS_INFO, args);
    return args;
  }

  PoolState state(MountedPool pool) {
    Path sysfs = SYSFS.resolve(pool.id().toString());
    try (Descriptor top = Descriptor.directory(pool.root());
        Arena arena = Arena.ofConfined()) {
      List<PoolDevice> devices = devices(top, arena, sysfs);
      return new PoolState(
          pool.id(),
          text(sysfs.resolve("label")),
          devices,
          readOnly(pool.root()),
          devices.stream().anyMatch(PoolDevice::missing),
          text(sysfs.resolve("qgroups/mode")).equals("squota"),
          job(text(sysfs.resolve("exclusive_operation"))));
    }
  }

  private static List<PoolDevice> devices(Descriptor top, Arena arena, Path sysfs) {
    // Not by trying all numbers up to the highest: on a foreign disk that may be any.
    List<Long> ids = new ArrayList<>();
    new TreeSearch(TreeSearch.CHUNK_TREE, TreeSearch.DEVICE_ITEMS, TreeSearch.DEVICE_ITEM)
        .each(top, item -> ids.add(item.offset()));
    List<PoolDevice> devices = new ArrayList<>();
    for (long id : ids) {
      MemorySegment args = arena.allocate(Ioctl.DEV_INFO.size());
      args.set(JAVA_LONG_UNALIGNED, 0, id);
      long answer = top.tryIoctl(Ioctl.DEV_INFO, args);
      if (answer == -Errno.ENODEV.number()) {
        continue; // left meanwhile
      }
      Descriptor.checked("device " + id, answer);
      PoolDevice device = device(top, arena, sysfs, id, args);
      // What sysfs no longer has may have left since it was asked for, and is not missing then.
      if (!device.missing() || top.tryIoctl(Ioctl.DEV_INFO, args) != -Errno.ENODEV.number()) {
        devices.add(device);
      }
    }
    return devices;
  }

  private static PoolDevice device(
      Descriptor top, Arena arena, Path sysfs, long id, MemorySegment args) {
    String path = args.asSlice(DEVICE_PATH, LONGEST_PATH).getString(0, StandardCharsets.UTF_8);
    boolean missing =
        path.isEmpty()
            || text(sysfs.resolve("devinfo/" + id + "/missing")).equals("1")
            || !works(sysfs, path);
    return new PoolDevice(
        id,
        uuid(args, DEVICE_UUID),
        missing ? Optional.empty() : Optional.of(Path.of(path)),
        args.get(JAVA_LONG_UNALIGNED, DEVICE_SIZE),
        args.get(JAVA_LONG_UNALIGNED, DEVICE_ALLOCATED),
        missing,
        missing ? PoolDevice.Errors.NONE : errors(top, arena, id, false));
  }

  /**
   * The kernel goes on calling a disk a member that was pulled out, and calls one that came back a
   * member that it does not use (measured on Linux 6.18, by a scan while mounted degraded): the
   * links to the devices in use tell.
   */
  private static boolean works(Path sysfs, String path) {
    try {
      String name = Path.of(path).toRealPath().getFileName().toString().replace('/', '!');
      String size = text(sysfs.resolve("devices").resolve(name).resolve("size"));
      return !size.isEmpty() && !size.equals("0");
    } catch (IOException gone) {
      return false;
    }
  }

  private static PoolDevice.Errors errors(Descriptor top, Arena arena, long id, boolean reset) {
    MemorySegment args = arena.allocate(Ioctl.GET_DEV_STATS.size());
    args.set(JAVA_LONG_UNALIGNED, 0, id);
    args.set(JAVA_LONG_UNALIGNED, 8, STATS);
    args.set(JAVA_LONG_UNALIGNED, 16, reset ? 1 : 0);
    long answer = top.tryIoctl(Ioctl.GET_DEV_STATS, args);
    if (answer == -Errno.ENODEV.number()) {
      return PoolDevice.Errors.NONE;
    }
    Descriptor.checked("errors of device " + id, answer);
    return new PoolDevice.Errors(
        args.get(JAVA_LONG_UNALIGNED, 24),
        args.get(JAVA_LONG_UNALIGNED, 32),
        args.get(JAVA_LONG_UNALIGNED, 40),
        args.get(JAVA_LONG_UNALIGNED, 48),
        args.get(JAVA_LONG_UNALIGNED, 56));
  }

  void resetErrors(MountedPool pool) {
    PoolState state = state(pool);
    try (Descriptor top = Descriptor.directory(pool.root());
        Arena arena = Arena.ofConfined()) {
      state.devices().stream()
          .filter(device -> !device.missing())
          .forEach(device -> errors(top, arena, device.id(), true));
    }
  }

  PoolUsage usage(MountedPool pool) {
    PoolState state = state(pool);
    try (Descriptor top = Descriptor.directory(pool.root());
        Arena arena = Arena.ofConfined()) {
      return SpaceInfo.usage(
          SpaceInfo.groups(top, arena),
          state.devices(),
          available(pool.root()),
          Images.lack(state.devices()));
    }
  }

  private static long available(Path root) {
    try {
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      throw new StorageFailure("statfs " + root, e);
    }
  }

  private static boolean readOnly(Path root) {
    try {
      return Files.getFileStore(root).isReadOnly();
    } catch (IOException e) {
      throw new StorageFailure("statfs " + root, e);
    }
  }

  private static PoolState.Job job(String word) {
    return switch (word) {
      case "", "none" -> PoolState.Job.NONE;
      case "balance" -> PoolState.Job.BALANCE;
      case "balance paused" -> PoolState.Job.BALANCE_PAUSED;
      case "device add" -> PoolState.Job.ADD_DEVICE;
      case "device remove" -> PoolState.Job.REMOVE_DEVICE;
      case "device replace" -> PoolState.Job.REPLACE_DEVICE;
      default -> PoolState.Job.OTHER;
    };
  }

  /** Empty when it is not there, also when it goes while it is read (ENODEV). */
  private static String text(Path file) {
    return PseudoFiles.text(file).strip();
  }

  private static UUID uuid(MemorySegment args, long at) {
    ByteBuffer bytes = ByteBuffer.wrap(args.asSlice(at, 16).toArray(ValueLayout.JAVA_BYTE));
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
