package io.homecloud.host.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Files by the calls of the kernel, relative to an open directory and with names as bytes.
 *
 * <p>A number answered is as the kernel gives it: at least 0, or the negative {@link Errno} number.
 * A path is without the NUL at its end.
 */
public final class FileCalls {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0100;
  public static final int O_EXCL = 0200;
  public static final int O_NONBLOCK = 04000;
  public static final int O_CLOEXEC = 02000000;
  public static final int O_PATH = 010000000;

  /** Differs between processors (fcntl.h). */
  public static final int O_DIRECTORY = arm() ? 040000 : 0200000;

  public static final int O_NOFOLLOW = arm() ? 0100000 : 0400000;

  /** openat2(2): neither {@code ..} nor a link nor a mount leads out of the directory or on. */
  public static final long BENEATH = 0x01 | 0x02 | 0x04 | 0x08;

  public static final int RENAME_NOREPLACE = 1;
  public static final int RENAME_EXCHANGE = 2;

  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_SYMLINK_FOLLOW = 0x400;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final long SYS_OPENAT2 = 437;
  private static final byte[] ITSELF = {};

  private static final LibcCall OPENAT2 =
      LibcCall.variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final LibcCall CLOSE = LibcCall.of("close", JAVA_INT, JAVA_INT);
  private static final LibcCall STATX =
      LibcCall.of("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final LibcCall MKDIR =
      LibcCall.of("mkdirat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall MKNOD =
      LibcCall.of("mknodat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
  private static final LibcCall SYMLINK =
      LibcCall.of("symlinkat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
  private static final LibcCall READLINK =
      LibcCall.of("readlinkat", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final LibcCall LINK =
      LibcCall.of("linkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall UNLINK =
      LibcCall.of("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall RENAME =
      LibcCall.of("renameat2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall CHOWN =
      LibcCall.of("fchownat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall CHMOD = LibcCall.of("chmod", JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall UTIMENS =
      LibcCall.of("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final LibcCall GETDENTS =
      LibcCall.of("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final LibcCall SYNCFS = LibcCall.of("syncfs", JAVA_INT, JAVA_INT);

  private FileCalls() {}

  private static boolean arm() {
    return System.getProperty("os.arch", "").equals("aarch64");
  }

  /** openat2(2); {@code resolve} is {@link #BENEATH} or 0. O_CLOEXEC is added. */
  public static long open(int directory, byte[] path, int flags, int mode, long resolve) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = arena.allocate(24, 8);
      how.set(JAVA_LONG, 0, Integer.toUnsignedLong(flags | O_CLOEXEC));
      how.set(JAVA_LONG, 8, mode);
      how.set(JAVA_LONG, 16, resolve);
      return OPENAT2.call(SYS_OPENAT2, directory, string(arena, path), how, 24L);
    }
  }

  public static void close(int descriptor) {
    CLOSE.call(descriptor);
  }

  /** Of what is at the path, a symlink itself; an empty path is the open file itself. */
  public static StatusAnswer status(int directory, byte[] path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statx = arena.allocate(FileStatus.SIZE, 8);
      int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (path.length == 0 ? AT_EMPTY_PATH : 0);
      long answer =
          STATX.call(directory, string(arena, path), flags, FileStatus.BASIC_AND_BIRTH, statx);
      return answer < 0
          ? new StatusAnswer.Not(answer)
          : new StatusAnswer.Found(FileStatus.read(statx));
    }
  }

  /** Of what is at an absolute path, a symlink itself. */
  public static StatusAnswer status(Path path) {
    return status(-1, path.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Of an open file. */
  public static StatusAnswer status(int descriptor) {
    return status(descriptor, ITSELF);
  }

  public static long makeDirectory(int directory, byte[] path, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      return MKDIR.call(directory, string(arena, path), mode);
    }
  }

  /** A file, fifo, socket or device; {@code device} has the major number in its upper half. */
  public static long makeNode(int directory, byte[] path, FileType type, int mode, long device) {
    try (Arena arena = Arena.ofConfined()) {
      return MKNOD.call(directory, string(arena, path), type.bits() | mode, glibcDevice(device));
    }
  }

  /** makedev(3). */
  private static long glibcDevice(long device) {
    long major = device >>> 32;
    long minor = device & 0xFFFFFFFFL;
    return (major & 0xFFFFF000L) << 32
        | (major & 0xFFFL) << 8
        | (minor & 0xFFFFFF00L) << 12
        | (minor & 0xFFL);
  }

  public static long makeSymlink(byte[] target, int directory, byte[] path) {
    try (Arena arena = Arena.ofConfined()) {
      return SYMLINK.call(string(arena, target), directory, string(arena, path));
    }
  }

  /** Reads a symlink into the buffer; answers its length, which is cut to the buffer's. */
  public static long readSymlink(int directory, byte[] path, byte[] into) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(into.length);
      long length = READLINK.call(directory, string(arena, path), buffer, (long) into.length);
      if (length > 0) {
        MemorySegment.copy(buffer, JAVA_BYTE, 0, into, 0, (int) length);
      }
      return length;
    }
  }

  /** A further name; a symlink itself is linked, not what it points to. */
  public static long link(int fromDirectory, byte[] from, int toDirectory, byte[] to) {
    try (Arena arena = Arena.ofConfined()) {
      return LINK.call(fromDirectory, string(arena, from), toDirectory, string(arena, to), 0);
    }
  }

  /** A further name for an open file that has a name yet. */
  public static long link(Descriptor file, int toDirectory, byte[] to) {
    try (Arena arena = Arena.ofConfined()) {
      return LINK.call(
          Descriptor.AT_FDCWD,
          string(arena, file.path()),
          toDirectory,
          string(arena, to),
          AT_SYMLINK_FOLLOW);
    }
  }

  public static long unlink(int directory, byte[] path) {
    try (Arena arena = Arena.ofConfined()) {
      return UNLINK.call(directory, string(arena, path), 0);
    }
  }

  public static long removeDirectory(int directory, byte[] path) {
    try (Arena arena = Arena.ofConfined()) {
      return UNLINK.call(directory, string(arena, path), AT_REMOVEDIR);
    }
  }

  /** renameat2(2); {@code flags} is 0, {@link #RENAME_NOREPLACE} or {@link #RENAME_EXCHANGE}. */
  public static long rename(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return RENAME.call(fromDirectory, string(arena, from), toDirectory, string(arena, to), flags);
    }
  }

  /** Also of a file opened as a place only. */
  public static long chown(Descriptor file, int uid, int gid) {
    try (Arena arena = Arena.ofConfined()) {
      return CHOWN.call(file.number(), string(arena, ITSELF), uid, gid, AT_EMPTY_PATH);
    }
  }

  /** Also of a file opened as a place only, but not of a symlink. */
  public static long chmod(Descriptor file, int permissions) {
    try (Arena arena = Arena.ofConfined()) {
      return CHMOD.call(string(arena, file.path()), permissions);
    }
  }

  /** Also of a file opened as a place only; nanoseconds since 1970. */
  public static long setTimes(Descriptor file, long accessed, long modified) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment times = arena.allocate(32, 8);
      times.set(JAVA_LONG, 0, Math.floorDiv(accessed, 1_000_000_000L));
      times.set(JAVA_LONG, 8, Math.floorMod(accessed, 1_000_000_000L));
      times.set(JAVA_LONG, 16, Math.floorDiv(modified, 1_000_000_000L));
      times.set(JAVA_LONG, 24, Math.floorMod(modified, 1_000_000_000L));
      return UTIMENS.call(file.number(), string(arena, ITSELF), times, AT_EMPTY_PATH);
    }
  }

  /** Fills the buffer with directory entries (getdents64(2)); 0 when there are no more. */
  public static long entries(int directory, MemorySegment buffer) {
    return GETDENTS.call(directory, buffer, buffer.byteSize());
  }

  /** What was done to the file system of this open file survives a power cut afterwards. */
  public static long syncFileSystem(int descriptor) {
    return SYNCFS.call(descriptor);
  }

  static MemorySegment string(Arena arena, byte[] bytes) {
    MemorySegment string = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, string, JAVA_BYTE, 0, bytes.length);
    return string;
  }
}
