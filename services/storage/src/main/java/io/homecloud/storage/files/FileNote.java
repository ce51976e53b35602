package io.homecloud.storage.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A short text in ASCII about a file, on the file itself.
 *
 * @param attribute one that begins with {@code trusted.}: seen and written by root alone
 */
record FileNote(String attribute) {
  private static final LibcCall GET =
      LibcCall.of("fgetxattr", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final LibcCall SET =
      LibcCall.of("fsetxattr", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final LibcCall REMOVE = LibcCall.of("fremovexattr", JAVA_INT, JAVA_INT, ADDRESS);

  private static final int LONGEST = 64;

  /** Empty when there is none. */
  String read(Descriptor file) throws FileRefused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(LONGEST);
      long length = GET.call(file.number(), name(arena), value, value.byteSize());
      return Errno.ENODATA.is(length) || Errno.ERANGE.is(length)
          ? ""
          : new String(
              value.asSlice(0, Kernel.check("fgetxattr", length)).toArray(JAVA_BYTE),
              StandardCharsets.US_ASCII);
    }
  }

  /**
   * @param text at most 64 characters
   */
  void write(Descriptor file, String text) throws FileRefused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_BYTE, text.getBytes(StandardCharsets.US_ASCII));
      Kernel.call("fsetxattr", SET, file.number(), name(arena), value, value.byteSize(), 0);
    }
  }

  void remove(Descriptor file) {
    try (Arena arena = Arena.ofConfined()) {
      long _ = REMOVE.call(file.number(), name(arena));
    }
  }

  private MemorySegment name(Arena arena) {
    return arena.allocateFrom(attribute, StandardCharsets.US_ASCII);
  }
}
