package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import io.homecloud.storage.StorageFailure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An open file or directory, by number as ioctl wants it. Directories of a pool are opened one name
 * at a time and never through a symbolic link: a disk may come from anywhere.
 */
final class Descriptor implements AutoCloseable {
  private static final LibcCall OPENAT =
      LibcCall.variadic("openat", 3, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final LibcCall CLOSE = LibcCall.of("close", JAVA_INT, JAVA_INT);
  private static final LibcCall IOCTL =
      LibcCall.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final LibcCall PREAD =
      LibcCall.of("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final LibcCall MKDIRAT =
      LibcCall.of("mkdirat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall UNLINKAT =
      LibcCall.of("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall RENAMEAT2 =
      LibcCall.of("renameat2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);

  private static final int AT_FDCWD = -100;
  private static final int O_RDWR = 2;
  private static final int O_EXCL = 0200;
  private static final int O_CLOEXEC = 02000000;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int RENAME_NOREPLACE = 1;

  /** The flags whose bits differ between the architectures (asm/fcntl.h of arm64). */
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  private static final int O_DIRECT = ARM ? 0200000 : 040000;
  private static final int O_DIRECTORY = ARM ? 040000 : 0200000;
  private static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;

  private final int number;
  private final String name;

  private Descriptor(int number, String name) {
    this.number = number;
    this.name = name;
  }

  /**
   * Opens a directory by its absolute path, which may lead over links: it is ours.
   *
   * @throws KernelRefused when it cannot
   */
  static Descriptor directory(Path path) {
    return open(AT_FDCWD, path.toString(), O_DIRECTORY)
        .orElseThrow(() -> new KernelRefused(path.toString(), Errno.ENOENT.number()));
  }

  /** Opens a device for reading past the cache; empty when it cannot be. */
  static Optional<Descriptor> uncached(Path device) {
    try {
      return open(AT_FDCWD, device.toString(), O_DIRECT);
    } catch (KernelRefused e) {
      return Optional.empty();
    }
  }

  /** Opens a device node for reading and writing. */
  static Descriptor device(Path path) {
    return open(AT_FDCWD, path.toString(), O_RDWR)
        .orElseThrow(() -> new KernelRefused(path.toString(), Errno.ENOENT.number()));
  }

  /**
   * Whether nobody has this device mounted or holds it: the kernel gives it to one such opener at a
   * time.
   */
  static boolean exclusively(Path device) {
    try (Arena arena = Arena.ofConfined()) {
      long answer =
          OPENAT.call(AT_FDCWD, arena.allocateFrom(device.toString()), O_EXCL | O_CLOEXEC, 0);
      if (answer >= 0) {
        CLOSE.call((int) answer);
        return true;
      }
      if (answer == -Errno.EBUSY.number()) {
        return false;
      }
      throw new KernelRefused("open " + device, answer);
    }
  }

  /**
   * Opens a directory below this one, name by name; empty when a part of the way is missing, no
   * directory, or a link.
   */
  Optional<Descriptor> below(Path way) {
    Optional<Descriptor> found = Optional.empty();
    for (Path part : way) {
      int from = found.map(Descriptor::number).orElse(number);
      Optional<Descriptor> next;
      try {
        next = open(from, part.toString(), O_DIRECTORY | O_NOFOLLOW);
      } finally {
        found.ifPresent(Descriptor::close);
      }
      if (next.isEmpty()) {
        return next;
      }
      found = next;
    }
    return found;
  }

  private static Optional<Descriptor> open(int at, String name, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      long answer = OPENAT.call(at, arena.allocateFrom(name), flags | O_CLOEXEC, 0);
      if (answer >= 0) {
        return Optional.of(new Descriptor((int) answer, name));
      }
      return switch (Errno.of(answer)) {
        case ENOENT, ENOTDIR, ELOOP -> Optional.empty();
        default -> throw new KernelRefused("open " + name, answer);
      };
    }
  }

  /**
   * @return the kernel's answer, a negative {@link Errno} number when it failed
   */
  long tryIoctl(Ioctl ioctl, MemorySegment argument) {
    return IOCTL.call(number, ioctl.number(), argument);
  }

  /** The same; a failure is an exception. */
  long ioctl(Ioctl ioctl, MemorySegment argument) {
    return checked(ioctl + " " + name, tryIoctl(ioctl, argument));
  }

  /** Fills the buffer from a place of the file; false when it cannot all be read. */
  boolean read(MemorySegment buffer, long offset) {
    return PREAD.call(number, buffer, buffer.byteSize(), offset) == buffer.byteSize();
  }

  /** Makes a directory for root alone; whether it was missing. */
  boolean makeDirectory(String child) {
    try (Arena arena = Arena.ofConfined()) {
      long answer = MKDIRAT.call(number, arena.allocateFrom(child), 0700);
      return answer != -Errno.EEXIST.number() && checked("mkdir " + child, answer) == 0;
    }
  }

  /** Removes an empty directory; whether it is gone. */
  boolean removeDirectory(String child) {
    try (Arena arena = Arena.ofConfined()) {
      long answer = UNLINKAT.call(number, arena.allocateFrom(child), AT_REMOVEDIR);
      return switch (Errno.of(answer)) {
        case ENOENT -> true;
        case ENOTEMPTY, EEXIST, ENOTDIR -> false;
        default -> checked("rmdir " + child, answer) == 0;
      };
    }
  }

  /** Moves a name into another directory, never over something; whether it could. */
  boolean move(String child, Descriptor to) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(child);
      long answer = RENAMEAT2.call(number, text, to.number, text, RENAME_NOREPLACE);
      return answer != -Errno.EEXIST.number() && checked("move " + child, answer) == 0;
    }
  }

  /** What stat says. */
  record Stat(long inode, int uid, int gid, int mode) {}

  Stat stat() {
    try {
      Map<String, Object> unix = Files.readAttributes(path(), "unix:ino,uid,gid,mode");
      return new Stat(
          number(unix, "ino").longValue(),
          number(unix, "uid").intValue(),
          number(unix, "gid").intValue(),
          number(unix, "mode").intValue());
    } catch (IOException e) {
      throw new StorageFailure("stat " + name, e);
    }
  }

  private static Number number(Map<String, Object> attributes, String key) {
    return (Number) Objects.requireNonNull(attributes.get(key));
  }

  static long checked(String operation, long answer) {
    if (answer < 0) {
      throw new KernelRefused(operation, answer);
    }
    return answer;
  }

  int number() {
    return number;
  }

  /** For Java's own file functions; valid while this is open. */
  Path path() {
    return Path.of("/proc/self/fd", Integer.toString(number));
  }

  @Override
  public void close() {
    CLOSE.call(number);
  }

  @Override
  public String toString() {
    return name;
  }
}
