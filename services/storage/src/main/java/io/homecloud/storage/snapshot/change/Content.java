package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.ContentCalls;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Makes the bytes of one file those of another of the same file system by sharing them. Where the
 * kernel shares nothing (a file without copy-on-write with one that has it) they are copied.
 */
final class Content {
  /** What ranges are widened to; the biggest block that btrfs has, and all smaller divide it. */
  private static final long BLOCK = 64 * 1024;

  private static final int BUFFER = 256 * 1024;
  private static final long NO_COPY_ON_WRITE = 0x0080_0000;

  private Content() {}

  /**
   * The whole of it.
   *
   * @return 0, or a negative {@link Errno} number
   */
  static long copy(Descriptor from, Descriptor to, long size) {
    // Sharing leaves what lies behind the shared end.
    long answer = ContentCalls.truncate(to.number(), size);
    if (answer < 0 || size == 0) {
      return answer;
    }
    answer = ContentCalls.share(from.number(), to.number());
    return cannotShare(answer) ? rewrite(from, to, 0, size) : answer;
  }

  /** What lies from {@code start} to {@code end}, once {@code to} has its size. */
  static long copy(Descriptor from, Descriptor to, long start, long end, long size) {
    long first = start / BLOCK * BLOCK;
    long last = Math.min(size, (end + BLOCK - 1) / BLOCK * BLOCK);
    if (first >= last) {
      return 0;
    }
    long answer = ContentCalls.share(from.number(), to.number(), first, last - first);
    return cannotShare(answer) ? rewrite(from, to, first, last) : answer;
  }

  private static boolean cannotShare(long answer) {
    return Errno.EINVAL.is(answer) || Errno.EOPNOTSUPP.is(answer) || Errno.EXDEV.is(answer);
  }

  /** Holes are not kept holes in what was there before: zeros are written over bytes. */
  private static long rewrite(Descriptor from, Descriptor to, long start, long end) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER);
      long at = start;
      while (at < end) {
        long length = Math.min(BUFFER, end - at);
        long got = ContentCalls.read(from.number(), buffer.asSlice(0, length), at);
        if (got <= 0) {
          return got;
        }
        long written = 0;
        while (written < got) {
          long answer =
              ContentCalls.write(to.number(), buffer.asSlice(written, got - written), at + written);
          if (answer < 0) {
            return answer;
          }
          written += answer;
        }
        at += got;
      }
      return 0;
    }
  }

  /**
   * Gives a new, empty file the flags of another that decide how its bytes are kept (no copy on
   * write, compression); without them some bytes could not be shared.
   */
  static long copyFlags(Descriptor from, Descriptor to) {
    long wanted = ContentCalls.flags(from.number());
    long present = ContentCalls.flags(to.number());
    if (wanted < 0 || present < 0) {
      return Math.min(wanted, present);
    }
    long differing = (wanted ^ present) & NO_COPY_ON_WRITE;
    return differing == 0 ? 0 : ContentCalls.setFlags(to.number(), present ^ differing);
  }

  /** Whether two files have the same bytes, by reading both. */
  static boolean same(Descriptor one, Descriptor other, long size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocate(BUFFER);
      MemorySegment second = arena.allocate(BUFFER);
      long at = 0;
      while (at < size) {
        long gotFirst = ContentCalls.read(one.number(), first, at);
        long gotSecond = ContentCalls.read(other.number(), second, at);
        if (gotFirst <= 0
            || gotFirst != gotSecond
            || MemorySegment.mismatch(first, 0, gotFirst, second, 0, gotFirst) >= 0) {
          return false;
        }
        at += gotFirst;
      }
      return true;
    }
  }
}
