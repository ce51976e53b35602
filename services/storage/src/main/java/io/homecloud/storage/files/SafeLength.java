package io.homecloud.storage.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.ProcessIdentity;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of an unfinished upload can be trusted, noted on the file itself. Its size does not
 * tell: btrfs writes down a size that covers data which are in memory only (with {@code NO_HOLES},
 * the default), and after a power cut those are zeros. So the size counts as long as the machine
 * runs, whatever dies on it; after its next start what was on the disk when it was noted.
 */
final class SafeLength {
  private static final LibcCall GET =
      LibcCall.of("fgetxattr", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final LibcCall SET =
      LibcCall.of("fsetxattr", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final LibcCall REMOVE = LibcCall.of("fremovexattr", JAVA_INT, JAVA_INT, ADDRESS);

  /** Seen by root alone; the value is the boot's id, a space, the length in bytes. */
  private static final String ATTRIBUTE = "trusted.homecloud.safe";

  private static final int LONGEST = 64;
  private static final Pattern NOTE = Pattern.compile("([0-9a-f-]{36}) (\\d{1,18})");

  private SafeLength() {}

  /** In bytes from the beginning; 0 when nothing was ever noted. */
  static long of(Descriptor file) throws FileRefused {
    long size = Kernel.status(file).size();
    Matcher note = NOTE.matcher(read(file));
    if (!note.matches()) {
      return 0;
    }
    return note.group(1).equals(ProcessIdentity.thisBoot())
        ? size
        : Math.min(size, Long.parseLong(note.group(2)));
  }

  static String read(Descriptor file) throws FileRefused {
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
   * To be called when so much is on the disk; or less, before more than that is taken away or
   * written again.
   */
  static void note(Descriptor file, long length) throws FileRefused {
    write(file, ProcessIdentity.thisBoot() + " " + length);
  }

  static void write(Descriptor file, String text) throws FileRefused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_BYTE, text.getBytes(StandardCharsets.US_ASCII));
      Kernel.call("fsetxattr", SET, file.number(), name(arena), value, value.byteSize(), 0);
    }
  }

  /** Of a file that is whole; one that keeps its note is none the worse. */
  static void forget(Descriptor file) {
    try (Arena arena = Arena.ofConfined()) {
      long _ = REMOVE.call(file.number(), name(arena));
    }
  }

  private static MemorySegment name(Arena arena) {
    return arena.allocateFrom(ATTRIBUTE, StandardCharsets.US_ASCII);
  }
}
