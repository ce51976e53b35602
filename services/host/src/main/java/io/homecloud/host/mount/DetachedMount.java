package io.homecloud.host.mount;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A foreign file system mounted read-only at no place at all: nobody but this process can reach it,
 * in no mount namespace, and it is gone with the process however that ends. No set-user-id
 * programs, devices or programs in it, and no link of it is followed.
 */
public final class DetachedMount implements AutoCloseable {
  /** What mounting answered. */
  public sealed interface Result {
    record Mounted(DetachedMount mount) implements Result {}

    /**
     * The kernel's refusal.
     *
     * @param reason with what the file system wrote about it, if anything
     */
    record Refused(Errno errno, String reason) implements Result {}
  }

  private static final LibcCall SYSCALL =
      LibcCall.variadic(
          "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
          JAVA_LONG);
  private static final LibcCall READ = LibcCall.of("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final LibcCall CLOSE = LibcCall.of("close", JAVA_INT, JAVA_INT);

  // These numbers are the same on every architecture; linux/mount.h has the others.
  private static final long FSOPEN = 430;
  private static final long FSCONFIG = 431;
  private static final long FSMOUNT = 432;
  private static final long CLOSE_ON_EXEC = 1;
  private static final long SET_FLAG = 0;
  private static final long SET_STRING = 1;
  private static final long CREATE = 6;
  private static final long READ_ONLY = 0x1;
  private static final long NO_SUID = 0x2;
  private static final long NO_DEV = 0x4;
  private static final long NO_EXEC = 0x8;
  private static final long NO_ATIME = 0x10;
  private static final long NO_SYMLINK_FOLLOW = 0x200000;
  private static final int LONGEST_MESSAGE = 4096;
  private static final int MOST_MESSAGES = 16;

  private final int directory;

  private DetachedMount(int directory) {
    this.directory = directory;
  }

  /**
   * Mounts it.
   *
   * @param type the kernel's name of the file system; its module is loaded when there is one
   * @param options the file system's own, {@code name} or {@code name=value}
   */
  public static Result open(String type, Path source, List<String> options) {
    try (Arena arena = Arena.ofConfined()) {
      long context = call(FSOPEN, text(arena, type), CLOSE_ON_EXEC, 0, 0, 0);
      if (context < 0) {
        return new Result.Refused(Errno.of(context), Errno.of(context).text());
      }
      try {
        long answer = configure(arena, context, source, options);
        if (answer >= 0) {
          long attributes = READ_ONLY | NO_SUID | NO_DEV | NO_EXEC | NO_ATIME | NO_SYMLINK_FOLLOW;
          answer = call(FSMOUNT, context, CLOSE_ON_EXEC, attributes, 0, 0);
        }
        return answer >= 0
            ? new Result.Mounted(new DetachedMount((int) answer))
            : new Result.Refused(Errno.of(answer), reason(arena, context, answer));
      } finally {
        CLOSE.call((int) context);
      }
    }
  }

  private static long configure(Arena arena, long context, Path source, List<String> options) {
    long answer = set(arena, context, "source=" + source);
    if (answer >= 0) {
      answer = set(arena, context, "ro");
    }
    for (String option : options) {
      if (answer >= 0) {
        answer = set(arena, context, option);
      }
    }
    return answer >= 0 ? call(FSCONFIG, context, CREATE, 0, 0, 0) : answer;
  }

  private static long set(Arena arena, long context, String option) {
    int equals = option.indexOf('=');
    if (equals < 0) {
      return call(FSCONFIG, context, SET_FLAG, text(arena, option), 0, 0);
    }
    long name = text(arena, option.substring(0, equals));
    long value = text(arena, option.substring(equals + 1));
    return call(FSCONFIG, context, SET_STRING, name, value, 0);
  }

  /** The kernel hands out one message per read: a letter for its weight, a blank, the text. */
  private static String reason(Arena arena, long context, long answer) {
    StringBuilder reason = new StringBuilder(Errno.of(answer).text());
    MemorySegment message = arena.allocate(LONGEST_MESSAGE);
    for (int i = 0; i < MOST_MESSAGES; i++) {
      long length = READ.call((int) context, message, (long) LONGEST_MESSAGE);
      if (length <= 2) {
        break;
      }
      byte[] bytes = message.asSlice(2, length - 2).toArray(JAVA_BYTE);
      reason.append("; ").append(new String(bytes, StandardCharsets.UTF_8).strip());
    }
    return reason.toString();
  }

  private static long text(Arena arena, String text) {
    return arena.allocateFrom(text).address();
  }

  private static long call(long number, long a, long b, long c, long d, long e) {
    return SYSCALL.call(number, a, b, c, d, e);
  }

  /** Its top directory, for this process as long as it is open. */
  public Path path() {
    return Path.of("/proc/self/fd/" + directory);
  }

  /** Unmounts, as soon as nothing of it is open any more. */
  @Override
  public void close() {
    CLOSE.call(directory);
  }
}
