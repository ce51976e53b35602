package io.homecloud.host.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The bytes of open files. Answers as {@link FileCalls}; sizes and places are in bytes.
 *
 * <p>The ioctl numbers are those of linux/fs.h, equal on amd64 and arm64.
 */
public final class ContentCalls {
  private static final long FICLONE = 0x40049409L;
  private static final long FICLONERANGE = 0x4020940DL;
  private static final long FS_IOC_GETFLAGS = 0x80086601L;
  private static final long FS_IOC_SETFLAGS = 0x40086602L;
  private static final int F_SETSIG = 10;
  private static final int F_SETLEASE = 1024;
  private static final int F_RDLCK = 0;
  private static final int F_WRLCK = 1;
  private static final int SIGURG = 23;

  private static final LibcCall IOCTL_INT =
      LibcCall.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final LibcCall IOCTL =
      LibcCall.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final LibcCall TRUNCATE = LibcCall.of("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final LibcCall ALLOCATE =
      LibcCall.of("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final LibcCall READ = LibcCall.of("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final LibcCall PREAD =
      LibcCall.of("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final LibcCall PWRITE =
      LibcCall.of("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final LibcCall FCNTL =
      LibcCall.variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);

  private ContentCalls() {}

  /** {@code to} shares all bytes of {@code from}, and has its size, in one step for others. */
  public static long share(int from, int to) {
    return IOCTL_INT.call(to, FICLONE, from);
  }

  /**
   * {@code to} shares a range of {@code from} at the same place, in one step for others.
   *
   * @param offset a multiple of the file system's block
   * @param length a multiple of the block, or up to the end of {@code from}; 0 is up to the end
   */
  public static long share(int from, int to, long offset, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range = arena.allocate(32, 8);
      range.set(JAVA_LONG, 0, from);
      range.set(JAVA_LONG, 8, offset);
      range.set(JAVA_LONG, 16, length);
      range.set(JAVA_LONG, 24, offset);
      return IOCTL.call(to, FICLONERANGE, range);
    }
  }

  public static long truncate(int file, long size) {
    return TRUNCATE.call(file, size);
  }

  /** Makes the file at least so large, with room on the disk for all of it; fallocate(2). */
  public static long allocate(int file, long size) {
    return ALLOCATE.call(file, 0, 0L, size);
  }

  /** Reads from where the descriptor stands; blocks. 0 at the end. */
  public static long read(int file, MemorySegment into) {
    return READ.call(file, into, into.byteSize());
  }

  public static long read(int file, MemorySegment into, long offset) {
    return PREAD.call(file, into, into.byteSize(), offset);
  }

  /** May write less than asked. */
  public static long write(int file, MemorySegment from, long offset) {
    return PWRITE.call(file, from, from.byteSize(), offset);
  }

  /** The flags of chattr(1), negative when it failed. */
  public static long flags(int file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flags = arena.allocate(8, 8);
      long answer = IOCTL.call(file, FS_IOC_GETFLAGS, flags);
      return answer < 0 ? answer : Integer.toUnsignedLong(flags.get(JAVA_INT, 0));
    }
  }

  public static long setFlags(int file, long flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(8, 8);
      value.set(JAVA_INT, 0, (int) flags);
      return IOCTL.call(file, FS_IOC_SETFLAGS, value);
    }
  }

  /**
   * Keeps others from opening the file for writing until it is closed; {@link Errno#EAGAIN}:
   * somebody has it open for writing now. Whoever opens it meanwhile waits, so it is for moments
   * only. The descriptor must be for reading.
   *
   * <p>A read lease, fcntl(2). The kernel tells its holder of one who waits by a signal, by default
   * one that ends the process: SIGURG is asked for instead, which does nothing.
   */
  public static long holdOffWriters(int file) {
    return lease(file, F_RDLCK);
  }

  /**
   * Keeps others from opening the file at all until it is closed, as {@link #holdOffWriters};
   * {@link Errno#EAGAIN}: somebody else has it open for writing now (or, where the kernel counts
   * readers, for reading). The descriptor must be for writing.
   */
  public static long holdOffOthers(int file) {
    return lease(file, F_WRLCK);
  }

  private static long lease(int file, int kind) {
    long answer = FCNTL.call(file, F_SETSIG, SIGURG);
    return answer < 0 ? answer : FCNTL.call(file, F_SETLEASE, kind);
  }

  /** The bytes of a string that the kernel wrote into a buffer. */
  static byte[] bytes(MemorySegment buffer, long length) {
    return buffer.asSlice(0, length).toArray(JAVA_BYTE);
  }
}
