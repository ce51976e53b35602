package io.homecloud.backup.btrfs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.LibcCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What copies need of subvolumes, by the ioctls of the kernel's {@code include/uapi/linux/btrfs.h};
 * the numbers are the same on amd64 and arm64. A program for each takes some 30 ms, which a run
 * that changes nothing would have twice.
 */
public final class Subvolumes {
  private static final LibcCall IOCTL =
      LibcCall.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);

  private static final long SNAP_DESTROY = 0x5000_940FL;
  private static final long SNAP_CREATE_V2 = 0x5000_9417L;
  private static final long SUBVOL_CREATE_V2 = 0x5000_9418L;
  private static final long SUBVOL_GETFLAGS = 0x8008_9419L;
  private static final long SUBVOL_SETFLAGS = 0x4008_941AL;
  private static final long SUBVOL_ROOTREF = 0xD000_943DL;

  // struct btrfs_ioctl_vol_args_v2: the source, and a name of at most 4,039 bytes
  private static final long ARGUMENT = 4096;
  private static final long SOURCE = 0;
  private static final long NAME_V2 = 56;

  // struct btrfs_ioctl_vol_args
  private static final long NAME = 8;

  // struct btrfs_ioctl_get_subvol_rootref_args: up to 255 that are in it, and how many
  private static final long COUNT = 4088;

  private static final long READ_ONLY = 1 << 1;

  private Subvolumes() {}

  /** Makes an empty one. */
  static void create(Path path) throws IOException {
    at(path, SUBVOL_CREATE_V2, NAME_V2, 0);
  }

  /** Makes one that can be written to, with the content of another. */
  static void snapshot(Path source, Path path) throws IOException {
    try (Descriptor from = open(source)) {
      at(path, SNAP_CREATE_V2, NAME_V2, from.number());
    }
  }

  /** Deletes it with what is in it; refused while there is another subvolume in it. */
  static void delete(Path path) throws IOException {
    at(path, SNAP_DESTROY, NAME, 0);
  }

  /** Whether nobody, not even root, can write to it from now on. */
  static void readOnly(Path path, boolean sealed) throws IOException {
    try (Descriptor subvolume = open(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment flags = arena.allocate(JAVA_LONG);
      check(path, IOCTL.call(subvolume.number(), SUBVOL_GETFLAGS, flags));
      long others = flags.get(JAVA_LONG, 0) & ~READ_ONLY;
      flags.set(JAVA_LONG, 0, sealed ? others | READ_ONLY : others);
      check(path, IOCTL.call(subvolume.number(), SUBVOL_SETFLAGS, flags));
    }
  }

  /** Whether there are others in it, which no snapshot of it has; false when it is none. */
  public static boolean hasInside(Path path) {
    try (Descriptor subvolume = open(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(ARGUMENT, Long.BYTES);
      // With more than fit it fails, and tells these.
      long _ = IOCTL.call(subvolume.number(), SUBVOL_ROOTREF, argument);
      return argument.get(ValueLayout.JAVA_BYTE, COUNT) != 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void at(Path path, long ioctl, long name, long source) throws IOException {
    try (Descriptor directory = open(Objects.requireNonNull(path.getParent()));
        Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(ARGUMENT, Long.BYTES);
      argument.set(JAVA_LONG, SOURCE, source);
      argument.setString(name, path.getFileName().toString());
      check(path, IOCTL.call(directory.number(), ioctl, argument));
    }
  }

  private static Descriptor open(Path directory) throws IOException {
    byte[] path = directory.toString().getBytes(StandardCharsets.UTF_8);
    int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;
    return new Descriptor(check(directory, FileCalls.open(Descriptor.AT_FDCWD, path, flags, 0, 0)));
  }

  private static long check(Path path, long answer) throws IOException {
    if (answer < 0) {
      throw new IOException("%s: %s (%d)".formatted(path, Errno.of(answer).text(), -answer));
    }
    return answer;
  }
}
