package io.homecloud.host.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Extended attributes, access control lists among them, of files that may be opened as a place only
 * (also symlinks). Names are bytes, without the NUL.
 */
public final class XattrCalls {
  /** XATTR_LIST_MAX and XATTR_SIZE_MAX of Linux, in bytes. */
  private static final int LONGEST = 65536;

  private static final LibcCall LIST =
      LibcCall.of("listxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
  private static final LibcCall GET =
      LibcCall.of("getxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
  private static final LibcCall SET =
      LibcCall.of("setxattr", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final LibcCall REMOVE = LibcCall.of("removexattr", JAVA_INT, ADDRESS, ADDRESS);

  private XattrCalls() {}

  /**
   * Reads all into the map, in the order of their names.
   *
   * @return 0, or the negative {@link Errno} number
   */
  public static long read(Descriptor file, Map<ByteBuffer, ByteBuffer> into) {
    into.clear();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = FileCalls.string(arena, file.path());
      long size = LIST.call(path, MemorySegment.NULL, 0L);
      if (size <= 0) {
        return size;
      }
      MemorySegment names = arena.allocate(LONGEST);
      long length = LIST.call(path, names, names.byteSize());
      if (length < 0) {
        return length;
      }
      MemorySegment value = arena.allocate(LONGEST);
      byte[] list = ContentCalls.bytes(names, length);
      int from = 0;
      for (int i = 0; i < list.length; i++) {
        if (list[i] == 0) {
          long got = GET.call(path, names.asSlice(from), value, value.byteSize());
          if (got >= 0) {
            into.put(
                ByteBuffer.wrap(list, from, i - from).slice(),
                ByteBuffer.wrap(ContentCalls.bytes(value, got)));
          } else if (!Errno.ENODATA.is(got)) {
            return got;
          }
          from = i + 1;
        }
      }
      return 0;
    }
  }

  /** An empty map for {@link #read}. */
  public static Map<ByteBuffer, ByteBuffer> map() {
    return new TreeMap<>();
  }

  public static long set(Descriptor file, ByteBuffer name, ByteBuffer value) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = bytes(value);
      MemorySegment copy = FileCalls.string(arena, bytes);
      return SET.call(
          FileCalls.string(arena, file.path()),
          FileCalls.string(arena, bytes(name)),
          copy,
          (long) bytes.length,
          0);
    }
  }

  public static long remove(Descriptor file, ByteBuffer name) {
    try (Arena arena = Arena.ofConfined()) {
      return REMOVE.call(
          FileCalls.string(arena, file.path()), FileCalls.string(arena, bytes(name)));
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
