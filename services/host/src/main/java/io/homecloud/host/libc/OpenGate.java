package io.homecloud.host.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a directory, which nobody can open before it is allowed here, whatever process that
 * is (fanotify(7), permission events). When this is closed, or this process ends, the kernel allows
 * what waits and asks no more. One thread reads, which must open none of them; any may allow.
 */
public final class OpenGate implements AutoCloseable {
  private static final int CLASS_CONTENT_CLOEXEC = 0x4 | 0x1;
  private static final int MARK_ADD = 0x1;
  private static final long OPEN_PERM_OF_CHILDREN = 0x10000L | 0x08000000L;
  private static final int ALLOW = 1;
  private static final int EVENT_BYTES = 24;
  private static final int METADATA_LENGTH_AT = 6;
  private static final int DESCRIPTOR_AT = 16;
  private static final int ROOM = 64 * EVENT_BYTES;

  private static final LibcCall INIT = LibcCall.of("fanotify_init", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall MARK =
      LibcCall.of("fanotify_mark", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS);
  private static final LibcCall READ = LibcCall.of("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final LibcCall WRITE =
      LibcCall.of("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

  private final Descriptor queue;
  private boolean closed;

  /**
   * Somebody who waits.
   *
   * @param file the name of what is to be opened
   */
  public record Waiting(Descriptor opened, String file) {}

  private OpenGate(Descriptor queue) {
    this.queue = queue;
  }

  /**
   * From now on its files wait.
   *
   * @throws IOException when this kernel knows no such thing
   */
  public static OpenGate of(Path directory) throws IOException {
    Descriptor queue = opened(INIT.call(CLASS_CONTENT_CLOEXEC, FileCalls.O_RDONLY));
    try (Arena arena = Arena.ofConfined()) {
      byte[] path = directory.toString().getBytes(StandardCharsets.UTF_8);
      long marked =
          MARK.call(
              queue.number(),
              MARK_ADD,
              OPEN_PERM_OF_CHILDREN,
              Descriptor.AT_FDCWD,
              FileCalls.string(arena, path));
      if (marked < 0) {
        queue.close();
        throw refused(marked);
      }
    }
    return new OpenGate(queue);
  }

  private static Descriptor opened(long answer) throws IOException {
    if (answer < 0) {
      throw refused(answer);
    }
    return new Descriptor(answer);
  }

  private static IOException refused(long answer) {
    return new IOException("fanotify: " + Errno.of(answer).text());
  }

  /** All who wait now, at least one: waits for the first. */
  public List<Waiting> await() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment events = arena.allocate(ROOM, Long.BYTES);
      long read = READ.call(queue.number(), events, (long) ROOM);
      if (read < 0 && !Errno.EINTR.is(read)) {
        throw refused(read);
      }
      List<Waiting> waiting = new ArrayList<>();
      for (long at = 0; at + EVENT_BYTES <= read; at += events.get(JAVA_INT, at)) {
        int descriptor = events.get(JAVA_INT, at + DESCRIPTOR_AT);
        if (events.get(JAVA_SHORT, at + METADATA_LENGTH_AT) == EVENT_BYTES && descriptor >= 0) {
          Descriptor opened = new Descriptor(descriptor);
          waiting.add(new Waiting(opened, name(opened)));
        }
      }
      return waiting;
    }
  }

  private static String name(Descriptor opened) {
    try {
      Path file =
          Files.readSymbolicLink(Path.of(new String(opened.path(), StandardCharsets.US_ASCII)));
      return file.getFileName() == null ? "" : file.getFileName().toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** Lets the file be opened; when this is closed it is already. */
  public synchronized void allow(Waiting waiting) throws IOException {
    try (Descriptor opened = waiting.opened();
        Arena arena = Arena.ofConfined()) {
      if (closed) {
        return;
      }
      MemorySegment answer = arena.allocate(2L * Integer.BYTES, Integer.BYTES);
      answer.set(JAVA_INT, 0, opened.number());
      answer.set(JAVA_INT, Integer.BYTES, ALLOW);
      long written = WRITE.call(queue.number(), answer, answer.byteSize());
      if (written < 0) {
        throw refused(written);
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    queue.close();
  }
}
