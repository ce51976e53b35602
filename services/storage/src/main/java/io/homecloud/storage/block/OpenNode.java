package io.homecloud.storage.block;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** An open node, asked by ioctl. */
final class OpenNode implements Closeable {
  static final int READ_ONLY = 0;
  static final int READ_WRITE = 2;

  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final LibcCall OPEN = LibcCall.variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall CLOSE = LibcCall.of("close", JAVA_INT, JAVA_INT);
  private static final LibcCall IOCTL =
      LibcCall.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);

  private static final LibcCall FSYNC = LibcCall.of("fsync", JAVA_INT, JAVA_INT);

  private final String name;
  private final int descriptor;

  private OpenNode(String name, int descriptor) {
    this.name = name;
    this.descriptor = descriptor;
  }

  static OpenNode open(Path node, int mode) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      String name = node.toString();
      long answer = OPEN.call(arena.allocateFrom(name), mode | CLOSE_ON_EXEC);
      if (answer < 0) {
        throw refused(name, answer);
      }
      return new OpenNode(name, (int) answer);
    }
  }

  Path path() {
    return Path.of(name);
  }

  int descriptor() {
    return descriptor;
  }

  /** Returns when everything written is on the disk, not only in its cache. */
  void sync() throws IOException {
    long answer = FSYNC.call(descriptor);
    if (answer < 0) {
      throw refused(name, answer);
    }
  }

  /** Asks with a number or an address as argument; answers as {@link LibcCall#call} does. */
  long ask(long request, long argument) {
    return IOCTL.call(descriptor, request, MemorySegment.ofAddress(argument));
  }

  /** Asks and takes a refusal for an error. */
  long demand(long request, MemorySegment argument) throws IOException {
    long answer = IOCTL.call(descriptor, request, argument);
    if (answer < 0) {
      throw refused(name, answer);
    }
    return answer;
  }

  static IOException refused(String name, long answer) {
    Errno errno = Errno.of(answer);
    return new BlockRefused(
        errno, name + ": " + (errno == Errno.UNNAMED ? "error " + -answer : errno.text()));
  }

  @Override
  public void close() {
    CLOSE.call(descriptor);
  }
}
