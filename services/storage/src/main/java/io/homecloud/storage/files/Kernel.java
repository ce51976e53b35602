package io.homecloud.storage.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.ContentCalls;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.LibcCall;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The file calls that java.nio has no word for, relative to an open directory. A refusal is {@link
 * FileRefused}; what means a broken disk or a bug is a {@link StorageFailure}.
 */
final class Kernel {
  private static final LibcCall STATX =
      LibcCall.of("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final LibcCall FCHOWN =
      LibcCall.of("fchown", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall FCHMOD = LibcCall.of("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall FUTIMENS = LibcCall.of("futimens", JAVA_INT, JAVA_INT, ADDRESS);
  private static final LibcCall FSYNC = LibcCall.of("fsync", JAVA_INT, JAVA_INT);
  private static final LibcCall FLOCK = LibcCall.of("flock", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall LSEEK =
      LibcCall.of("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final LibcCall WRITEBACK =
      LibcCall.of("sync_file_range", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final LibcCall GETEUID = LibcCall.of("geteuid", JAVA_INT);

  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int LOCK_EX_NB = 2 | 4;
  private static final int SYNC_FILE_RANGE_WRITE = 2;
  private static final long UTIME_OMIT = (1L << 30) - 2;
  private static final int PATH_MAX = 4096;

  private Kernel() {}

  /** Opens relative to a directory, or a trusted path when that is null. */
  static Descriptor open(@Nullable Descriptor directory, byte[] path, Opening opening)
      throws FileRefused {
    int from = directory == null ? io.homecloud.host.libc.Descriptor.AT_FDCWD : directory.number();
    return new Descriptor(
        (int)
            call(
                "openat2",
                () ->
                    FileCalls.open(
                        from, path, opening.flags(), opening.mode(), opening.resolve())));
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
    return (int) call("getdents64", () -> FileCalls.entries(directory.number(), buffer));
  }

  static void seek(Descriptor directory, long position) throws FileRefused {
    call("lseek", LSEEK, directory.number(), position, 0);
  }

  /** What a symbolic link says. */
  static byte[] link(Descriptor directory, FileName name) throws FileRefused {
    byte[] target = new byte[PATH_MAX];
    long length =
        call("readlinkat", () -> FileCalls.readSymlink(directory.number(), name.raw(), target));
    return Arrays.copyOf(target, (int) length);
  }

  static void makeDirectory(Descriptor directory, FileName name, int mode) throws FileRefused {
    call("mkdirat", () -> FileCalls.makeDirectory(directory.number(), name.raw(), mode));
  }

  static void removeFile(Descriptor directory, FileName name) throws FileRefused {
    call("unlinkat", () -> FileCalls.unlink(directory.number(), name.raw()));
  }

  static void removeDirectory(Descriptor directory, FileName name) throws FileRefused {
    call("unlinkat", () -> FileCalls.removeDirectory(directory.number(), name.raw()));
  }

  static void rename(
      Descriptor from, FileName name, Descriptor to, FileName newName, boolean replace)
      throws FileRefused {
    int flags = replace ? 0 : FileCalls.RENAME_NOREPLACE;
    long answer = FileCalls.rename(from.number(), name.raw(), to.number(), newName.raw(), flags);
    if (Errno.of(answer) == Errno.EINVAL) {
      throw new FileRefused(StorageError.INTO_ITSELF);
    }
    check("renameat2", answer);
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
    call("ftruncate", () -> ContentCalls.truncate(file.number(), length));
  }

  /** Writes all of it. */
  static void write(Descriptor file, MemorySegment bytes, long offset) throws FileRefused {
    long done = 0;
    while (done < bytes.byteSize()) {
      MemorySegment rest = bytes.asSlice(done);
      long at = offset + done;
      done += call("pwrite", () -> ContentCalls.write(file.number(), rest, at));
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
    FileCalls.close(number); // the number is free whatever it answers
  }

  static MemorySegment text(Arena arena, byte[] bytes) {
    MemorySegment text = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
    return text;
  }

  static long call(String name, LibcCall function, Object... arguments) throws FileRefused {
    return call(name, () -> function.call(arguments));
  }

  static long call(String name, LongSupplier function) throws FileRefused {
    long answer;
    do {
      answer = function.getAsLong();
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
