package io.homecloud.storage.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.ContentCalls;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.LibcCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The calls that only copying needs; with the promises of {@link Kernel}. */
final class CopyCalls {
  private static final LibcCall LSEEK =
      LibcCall.of("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final LibcCall FCHOWNAT =
      LibcCall.of("fchownat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall UTIMENSAT =
      LibcCall.of("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);

  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final long UTIME_OMIT = (1L << 30) - 2;

  private CopyCalls() {}

  /** What was looked at and found to be a file, open for reading. */
  static Descriptor readable(Descriptor looked) throws FileRefused {
    return Kernel.open(null, path(looked), Opening.READ_AGAIN);
  }

  private static byte[] path(Descriptor file) {
    return file.path().toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads up to the buffer's size; 0 at the end. */
  static long read(Descriptor file, MemorySegment buffer, long offset) throws FileRefused {
    return Kernel.call("pread", () -> ContentCalls.read(file.number(), buffer, offset));
  }

  /** Where data begins at or after the offset; {@code size} when only a hole follows. */
  static long data(Descriptor file, long offset, long size) throws FileRefused {
    long answer = LSEEK.call(file.number(), offset, SEEK_DATA);
    return answer < 0 && Errno.of(answer) == Errno.ENXIO
        ? size
        : Math.min(Kernel.check("lseek", answer), size);
  }

  /** Where the data at the offset ends. */
  static long hole(Descriptor file, long offset) throws FileRefused {
    return Kernel.call("lseek", LSEEK, file.number(), offset, SEEK_HOLE);
  }

  /** Makes all of a file share the data of another; whether the file system can. */
  static boolean cloned(Descriptor from, Descriptor to) {
    return ContentCalls.share(from.number(), to.number()) >= 0;
  }

  /** Returns when everything written to the file system is on the disk. */
  static void syncFileSystem(Descriptor any) throws FileRefused {
    Kernel.call("syncfs", () -> FileCalls.syncFileSystem(any.number()));
  }

  /** Makes a symbolic link with that owner and time. */
  static void link(Descriptor in, FileName name, byte[] target, FileOwner owner, Instant modified)
      throws FileRefused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = Kernel.text(arena, name.raw());
      int directory = in.number();
      Kernel.call("symlinkat", () -> FileCalls.makeSymlink(target, directory, name.raw()));
      Kernel.call(
          "fchownat", FCHOWNAT, directory, path, owner.uid(), owner.gid(), AT_SYMLINK_NOFOLLOW);
      MemorySegment times = arena.allocate(32, 8);
      times.set(JAVA_LONG, 8, UTIME_OMIT);
      times.set(JAVA_LONG, 16, modified.getEpochSecond());
      times.set(JAVA_LONG, 24, modified.getNano());
      Kernel.call("utimensat", UTIMENSAT, directory, path, times, AT_SYMLINK_NOFOLLOW);
    }
  }

  /** Whether both have the same bytes there. */
  static boolean same(MemorySegment one, MemorySegment other, long length) {
    return MemorySegment.mismatch(one, 0, length, other, 0, length) == -1;
  }
}
