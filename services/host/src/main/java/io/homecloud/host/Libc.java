package io.homecloud.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The few calls of the C library that the JDK has no words for. */
@SuppressWarnings("restricted")
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();

  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG),
          Linker.Option.firstVariadicArg(1));

  private static final MethodHandle PIPE =
      function("pipe2", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

  private static final MethodHandle PRCTL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("prctl"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
          Linker.Option.firstVariadicArg(1));

  private static final MethodHandle CLOSE = function("close", ValueLayout.JAVA_INT);

  /** The same on amd64 and arm64 (fcntl.h). */
  private static final int O_CLOEXEC = 0x80000;

  private Libc() {}

  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }

  /** A system call that takes up to two numbers; negative when it failed. */
  static long syscall(long number, long first, long second) {
    try {
      return (long) SYSCALL.invokeExact(number, first, second, MemorySegment.NULL, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The descriptors of both ends: to read, to write. */
  static int[] pipe() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
      if ((int) PIPE.invokeExact(ends, O_CLOEXEC) != 0) {
        throw new IllegalStateException("no pipe to be had: too many open files?");
      }
      return ends.toArray(ValueLayout.JAVA_INT);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of the thread that calls; negative when it failed. */
  static int prctl(int option, long value) {
    try {
      return (int) PRCTL.invokeExact(option, value);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  static void close(int descriptor) {
    try {
      int _ = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
