package io.homecloud.storage.uevent;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.homecloud.host.libc.LibcCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Sends a message that looks like the kernel's to one socket. */
final class ForgedUevent {
  private static final byte[] MESSAGE =
      "add@/devices/block/forged\0DEVPATH=/devices/block/forged\0SUBSYSTEM=block\0"
          .getBytes(StandardCharsets.US_ASCII);
  private static final LibcCall SOCKET =
      LibcCall.of("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall CLOSE = LibcCall.of("close", JAVA_INT, JAVA_INT);
  private static final LibcCall SENDTO =
      LibcCall.of("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall SYSCALL =
      LibcCall.variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final long SETRESUID = System.getProperty("os.arch").equals("aarch64") ? 147 : 117;

  private ForgedUevent() {}

  /** Answers what sendto did. Only root may send at all, so others keep root's powers here. */
  static long send(int port, int uid) throws Exception {
    CompletableFuture<Long> sent = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(() -> {
          // The system call itself concerns this thread alone, which ends right after.
          SYSCALL.call(SETRESUID, (long) uid, 0L, 0L);
          sent.complete(send(port));
        })
        .join();
    return sent.get();
  }

  private static long send(int port) {
    long socket = SOCKET.call(16, 3, 15);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(12, 8);
      address.set(JAVA_SHORT, 0, (short) 16);
      address.set(JAVA_INT, 4, port);
      MemorySegment message = arena.allocateFrom(JAVA_BYTE, MESSAGE);
      return SENDTO.call((int) socket, message, (long) MESSAGE.length, 0, address, 12);
    } finally {
      CLOSE.call((int) socket);
    }
  }
}
