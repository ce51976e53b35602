package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import io.homecloud.storage.Compression;
import io.homecloud.storage.volume.Owner;
import io.homecloud.storage.volume.VolumeSettings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What new files of a volume inherit, and whose it is: kept on its root directory. Every setter
 * tells whether it changed anything.
 */
final class RootAttributes {
  private static final LibcCall FCHOWN =
      LibcCall.of("fchown", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall FCHMOD = LibcCall.of("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall FGETXATTR =
      LibcCall.of("fgetxattr", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final LibcCall FSETXATTR =
      LibcCall.of("fsetxattr", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);

  private static final String COMPRESSION = "btrfs.compression";
  private static final int LONGEST_VALUE = 64;
  private static final int NO_COW = 0x00800000; // FS_NOCOW_FL of linux/fs.h
  private static final int PERMISSIONS = 07777;

  private RootAttributes() {}

  static VolumeSettings read(Descriptor root, OptionalLong quota) {
    Descriptor.Stat stat = root.stat();
    boolean noCow = noCow(root);
    return new VolumeSettings(
        quota,
        noCow,
        noCow ? Optional.empty() : compression(root),
        owner(stat),
        mode(stat) & 03777);
  }

  /** Sets everything but the quota. */
  static boolean write(Descriptor root, VolumeSettings settings) {
    boolean changed = false;
    // The kernel refuses either of the two while the other is set.
    if (settings.noCow()) {
      changed |= compression(root, Optional.empty());
      changed |= noCow(root, true);
    } else {
      changed |= noCow(root, false);
      changed |= compression(root, settings.compression());
    }
    changed |= owner(root, settings.owner());
    changed |= mode(root, settings.mode());
    return changed;
  }

  private static boolean owner(Descriptor root, Owner wanted) {
    if (owner(root.stat()).equals(wanted)) {
      return false;
    }
    Descriptor.checked("chown " + root, FCHOWN.call(root.number(), wanted.uid(), wanted.gid()));
    return true;
  }

  private static boolean mode(Descriptor root, int wanted) {
    if (mode(root.stat()) == wanted) {
      return false;
    }
    Descriptor.checked("chmod " + root, FCHMOD.call(root.number(), wanted));
    return true;
  }

  private static Owner owner(Descriptor.Stat stat) {
    return new Owner(stat.uid(), stat.gid());
  }

  private static int mode(Descriptor.Stat stat) {
    return stat.mode() & PERMISSIONS;
  }

  private static boolean noCow(Descriptor root) {
    return (flags(root) & NO_COW) != 0;
  }

  private static boolean noCow(Descriptor root, boolean wanted) {
    int flags = flags(root);
    int changed = wanted ? flags | NO_COW : flags & ~NO_COW;
    if (changed == flags) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(Ioctl.FS_SETFLAGS.size());
      argument.set(JAVA_INT_UNALIGNED, 0, changed);
      root.ioctl(Ioctl.FS_SETFLAGS, argument);
    }
    return true;
  }

  /** The header says long, the kernel copies an int. */
  private static int flags(Descriptor root) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(Ioctl.FS_GETFLAGS.size());
      root.ioctl(Ioctl.FS_GETFLAGS, argument);
      return argument.get(JAVA_INT_UNALIGNED, 0);
    }
  }

  /** Empty also for a word of a newer kernel. */
  private static Optional<Compression> compression(Descriptor root) {
    try {
      return property(root).map(Compression::parse);
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  private static boolean compression(Descriptor root, Optional<Compression> wanted) {
    // The kernel takes a level here but uses the pool's.
    Optional<String> word =
        wanted.map(Compression::algorithm).map(one -> new Compression(one, 0).toString());
    if (word.equals(property(root))) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(word.orElse(""));
      Descriptor.checked(
          "set the compression of " + root,
          FSETXATTR.call(
              root.number(),
              arena.allocateFrom(COMPRESSION),
              value,
              value.byteSize() - 1, // the C string's end does not count
              0));
    }
    return true;
  }

  private static Optional<String> property(Descriptor root) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(LONGEST_VALUE);
      long length =
          FGETXATTR.call(root.number(), arena.allocateFrom(COMPRESSION), value, value.byteSize());
      if (length == -Errno.ENODATA.number()) {
        return Optional.empty();
      }
      Descriptor.checked("get the compression of " + root, length);
      byte[] bytes = value.asSlice(0, length).toArray(JAVA_BYTE);
      return Optional.of(new String(bytes, StandardCharsets.US_ASCII)).filter(w -> !w.isEmpty());
    }
  }
}
