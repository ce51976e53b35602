package io.homecloud.storage.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The file calls that java.nio has no word for, relative to an open directory. A refusal is {@link
 * FileRefused}; what means a broken disk or a bug is a {@link StorageFailure}.
 */
final class Kernel {
  private static final LibcCall SYSCALL =
      LibcCall.variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
  private static final LibcCall STATX =
      LibcCall.of("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final LibcCall GETDENTS =
      LibcCall.of("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final LibcCall READLINKAT =
      LibcCall.of("readlinkat", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final LibcCall MKDIRAT =
      LibcCall.of("mkdirat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall UNLINKAT =
      LibcCall.of("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall RENAMEAT2 =
      LibcCall.of("renameat2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall FCHOWN =
      LibcCall.of("fchown", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall FCHMOD = LibcCall.of("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall FUTIMENS = LibcCall.of("futimens", JAVA_INT, JAVA_INT, ADDRESS);
  private static final LibcCall FSYNC = LibcCall.of("fsync", JAVA_INT, JAVA_INT);
  private static final LibcCall FLOCK = LibcCall.of("flock", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall FTRUNCATE = LibcCall.of("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final LibcCall LSEEK =
      LibcCall.of("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final LibcCall PWRITE =
      LibcCall.of("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final LibcCall WRITEBACK =
      LibcCall.of("sync_file_range", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final LibcCall CLOSE = LibcCall.of("close", JAVA_INT, JAVA_INT);
  private static final LibcCall GETEUID = LibcCall.of("geteuid", JAVA_INT);

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int RENAME_NOREPLACE = 1;
  private static final int LOCK_EX_NB = 2 | 4;
  private static final int SYNC_FILE_RANGE_WRITE = 2;
  private static final long UTIME_OMIT = (1L << 30) - 2;
  private static final long OPENAT2 = 437; // on every architecture
  private static final int PATH_MAX = 4096;

  private Kernel() {}

  /** Opens relative to a directory, or a trusted path when that is null. */
  static Descriptor open(@Nullable Descriptor directory, byte[] path, Opening opening)
      throws FileRefused {
    int from = directory == null ? AT_FDCWD : directory.number();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = arena.allocate(24, 8); // struct open_how of linux/openat2.h
      how.set(JAVA_LONG, 0, opening.flags());
      how.set(JAVA_LONG, 8, opening.mode());
      how.set(JAVA_LONG, 16, opening.resolve());
      return new Descriptor(
          (int) call("openat2", SYSCALL, OPENAT2, (long) from, text(arena, path), how, 24L));
    }
  }

  static FileStatus status(Descriptor file) throws FileRefused {
    return statx(file, new byte[0], AT_EMPTY_PATH);
  }

  /** Of a directory entry itself, not of what it links to. */
  static FileStatus status(Descriptor directory, FileName name) throws FileRefused {
    return statx(directory, name.raw(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
  }

  private static FileStatus statx(Descriptor from, byte[] path, int flags) throws FileRefused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statx = arena.allocate(FileStatus.STRUCT_BYTES, 8);
      call("statx", STATX, from.number(), text(arena, path), flags, STATX_BASIC_STATS, statx);
      return FileStatus.read(statx);
    }
  }

  /** Fills the buffer with struct linux_dirent64; 0 at the end. */
  static int entries(Descriptor directory, MemorySegment buffer) throws FileRefused {
    return (int) call("getdents64", GETDENTS, directory.number(), buffer, buffer.byteSize());
  }

  static void seek(Descriptor directory, long position) throws FileRefused {
    call("lseek", LSEEK, directory.number(), position, 0);
  }

  /** What a symbolic link says. */
  static byte[] link(Descriptor directory, FileName name) throws FileRefused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(PATH_MAX);
      MemorySegment path = text(arena, name.raw());
      long length = call("readlinkat", READLINKAT, directory.number(), path, target, 4096L);
      return target.asSlice(0, length).toArray(JAVA_BYTE);
    }
  }

  static void makeDirectory(Descriptor directory, FileName name, int mode) throws FileRefused {
    try (Arena arena = Arena.ofConfined()) {
      call("mkdirat", MKDIRAT, directory.number(), text(arena, name.raw()), mode);
    }
  }

  static void removeFile(Descriptor directory, FileName name) throws FileRefused {
    remove(directory, name, 0);
  }

  static void removeDirectory(Descriptor directory, FileName name) throws FileRefused {
    remove(directory, name, AT_REMOVEDIR);
  }

  private static void remove(Descriptor directory, FileName name, int flags) throws FileRefused {
    try (Arena arena = Arena.ofConfined()) {
      call("unlinkat", UNLINKAT, directory.number(), text(arena, name.raw()), flags);
    }
  }

  static void rename(
      Descriptor from, FileName name, Descriptor to, FileName newName, boolean replace)
      throws FileRefused {
    try (Arena arena = Arena.ofConfined()) {
      long answer =
          RENAMEAT2.call(
              from.number(),
              text(arena, name.raw()),
              to.number(),
              text(arena, newName.raw()),
              replace ? 0 : RENAME_NOREPLACE);
      if (Errno.of(answer) == Errno.EINVAL) {
        throw new FileRefused(StorageError.INTO_ITSELF);
      }
      check("renameat2", answer);
    }
  }

  static void own(Descriptor file, int uid, int gid, int mode) throws FileRefused {
    // chown clears set-id bits, so the mode comes after
    call("fchown", FCHOWN, file.number(), uid, gid);
    call("fchmod", FCHMOD, file.number(), mode);
  }

  static void modified(Descriptor file, Instant time) throws FileRefused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment times = arena.allocate(32, 8); // access and modification, each s and ns
      times.set(JAVA_LONG, 8, UTIME_OMIT);
      times.set(JAVA_LONG, 16, time.getEpochSecond());
      times.set(JAVA_LONG, 24, time.getNano());
      call("futimens", FUTIMENS, file.number(), times);
    }
  }

  static void sync(Descriptor file) throws FileRefused {
    call("fsync", FSYNC, file.number());
  }

  /** Takes the file for this opener alone, or is refused as busy. */
  static void lock(Descriptor file) throws FileRefused {
    call("flock", FLOCK, file.number(), LOCK_EX_NB);
  }

  static void truncate(Descriptor file, long length) throws FileRefused {
    call("ftruncate", FTRUNCATE, file.number(), length);
  }

  /** Writes all of it. */
  static void write(Descriptor file, MemorySegment bytes, long offset) throws FileRefused {
    long done = 0;
    while (done < bytes.byteSize()) {
      MemorySegment rest = bytes.asSlice(done);
      done += call("pwrite", PWRITE, file.number(), rest, rest.byteSize(), offset + done);
    }
  }

  /** Begins to write a range to the disk and does not wait. */
  static void startWriteback(Descriptor file, long offset, long length) throws FileRefused {
    call("sync_file_range", WRITEBACK, file.number(), offset, length, SYNC_FILE_RANGE_WRITE);
  }

  static int effectiveUser() {
    return (int) GETEUID.call();
  }

  static void close(int number) {
    CLOSE.call(number); // the number is free whatever it answers
  }

  static MemorySegment text(Arena arena, byte[] bytes) {
    MemorySegment text = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
    return text;
  }

  static long call(String name, LibcCall function, Object... arguments) throws FileRefused {
    long answer;
    do {
      answer = function.call(arguments);
    } while (Errno.of(answer) == Errno.EINTR && answer < 0);
    return check(name, answer);
  }

  static long check(String name, long answer) throws FileRefused {
    if (answer >= 0) {
      return answer;
    }
    StorageError problem = FileErrors.of(Errno.of(answer));
    if (problem != null) {
      throw new FileRefused(problem);
    }
    throw new StorageFailure(name + ": " + Errno.of(answer).text() + " (" + -answer + ")");
  }
}
