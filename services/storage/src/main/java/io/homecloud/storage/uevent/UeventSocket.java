package io.homecloud.storage.uevent;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import io.homecloud.storage.StorageFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A netlink socket that hears of devices: from the kernel, and from udev when it has named one. A
 * sender is believed when it is the kernel (port 0, which only the kernel has) or root.
 *
 * <p>Used by one thread, except {@link #wake}.
 */
final class UeventSocket implements AutoCloseable {
  /** What came in. */
  sealed interface Received {
    /** Believed and about this disk. */
    record About(String disk) implements Received {}

    /** The kernel had to drop messages, or one was too long. */
    record Lost() implements Received {}

    /** Nothing within the time, or nothing of interest. */
    record Nothing() implements Received {}

    /** {@link #wake} was called. */
    record Woken() implements Received {}
  }

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int NETLINK_KOBJECT_UEVENT = 15;
  private static final int GROUP_KERNEL = 1;
  private static final int GROUP_UDEV = 2;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PASSCRED = 16;
  private static final int SCM_CREDENTIALS = 2;
  private static final int EFD_CLOEXEC = 0x80000;
  private static final short POLLIN = 1;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_TRUNC = 0x20;

  private static final LibcCall SOCKET =
      LibcCall.of("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall BIND = LibcCall.of("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall GETSOCKNAME =
      LibcCall.of("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final LibcCall SETSOCKOPT =
      LibcCall.of("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall RECVMSG =
      LibcCall.of("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall POLL = LibcCall.of("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final LibcCall EVENTFD = LibcCall.of("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final LibcCall EVENTFD_WRITE =
      LibcCall.of("eventfd_write", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final LibcCall CLOSE = LibcCall.of("close", JAVA_INT, JAVA_INT);

  private static final int ADDRESS_SIZE = 12;
  private static final int LONGEST = 16 * 1024;
  private static final int CONTROL_SIZE = 64;

  private final Arena arena = Arena.ofShared();
  private final int socket;
  private final int waker;
  private final MemorySegment sender = arena.allocate(ADDRESS_SIZE, 8);
  private final MemorySegment buffer = arena.allocate(LONGEST, 8);
  private final MemorySegment control = arena.allocate(CONTROL_SIZE, 8);
  private final MemorySegment vector = arena.allocate(16, 8);
  private final MemorySegment header = arena.allocate(56, 8);
  private final MemorySegment polled = arena.allocate(16, 8);
  private final byte[] message = new byte[LONGEST];

  UeventSocket() {
    socket =
        (int)
            demand(
                "socket", SOCKET.call(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
    MemorySegment one = arena.allocateFrom(JAVA_INT, 1);
    demand("setsockopt", SETSOCKOPT.call(socket, SOL_SOCKET, SO_PASSCRED, one, Integer.BYTES));
    MemorySegment address = arena.allocate(ADDRESS_SIZE, 8);
    address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
    address.set(JAVA_INT, 8, GROUP_KERNEL | GROUP_UDEV);
    demand("bind", BIND.call(socket, address, ADDRESS_SIZE));
    waker = (int) demand("eventfd", EVENTFD.call(0, EFD_CLOEXEC));
  }

  /**
   * Waits for one message.
   *
   * @param millis how long at most, negative for ever
   */
  Received receive(int millis) {
    polled.set(JAVA_INT, 0, socket);
    polled.set(JAVA_SHORT, 4, POLLIN);
    polled.set(JAVA_INT, 8, waker);
    polled.set(JAVA_SHORT, 12, POLLIN);
    long ready = POLL.call(polled, 2L, millis);
    if (ready < 0 && Errno.of(ready) != Errno.EINTR) {
      throw failed("poll", ready);
    }
    if (ready <= 0) {
      return new Received.Nothing();
    }
    return polled.get(JAVA_SHORT, 14) != 0 ? new Received.Woken() : read();
  }

  private Received read() {
    // struct msghdr: name, its length, vector, its length, control, its length, flags
    vector.set(ADDRESS, 0, buffer);
    vector.set(JAVA_LONG, 8, LONGEST);
    header.set(ADDRESS, 0, sender);
    header.set(JAVA_INT, 8, ADDRESS_SIZE);
    header.set(ADDRESS, 16, vector);
    header.set(JAVA_LONG, 24, 1);
    header.set(ADDRESS, 32, control);
    header.set(JAVA_LONG, 40, CONTROL_SIZE);
    header.set(JAVA_INT, 48, 0);
    long length = RECVMSG.call(socket, header, MSG_DONTWAIT);
    if (length < 0) {
      return switch (Errno.of(length)) {
        case ENOBUFS -> new Received.Lost();
        case EAGAIN, EINTR -> new Received.Nothing();
        default -> throw failed("recvmsg", length);
      };
    }
    if (!believed()) {
      return new Received.Nothing();
    }
    if ((header.get(JAVA_INT, 48) & MSG_TRUNC) != 0) {
      return new Received.Lost();
    }
    MemorySegment.copy(buffer, JAVA_BYTE, 0, message, 0, (int) length);
    Optional<String> disk = UeventParser.disk(message, (int) length);
    return disk.isPresent() ? new Received.About(disk.get()) : new Received.Nothing();
  }

  private boolean believed() {
    boolean named = header.get(JAVA_INT, 8) == ADDRESS_SIZE;
    return named && (sender.get(JAVA_INT, 4) == 0 || byRoot());
  }

  /** struct cmsghdr (length, level, type), then struct ucred (pid, uid, gid). */
  private boolean byRoot() {
    return header.get(JAVA_LONG, 40) >= 28
        && control.get(JAVA_INT, 8) == SOL_SOCKET
        && control.get(JAVA_INT, 12) == SCM_CREDENTIALS
        && control.get(JAVA_INT, 20) == 0;
  }

  /** Where a message reaches it. */
  int port() {
    MemorySegment address = arena.allocate(ADDRESS_SIZE, 8);
    MemorySegment size = arena.allocateFrom(JAVA_INT, ADDRESS_SIZE);
    demand("getsockname", GETSOCKNAME.call(socket, address, size));
    return address.get(JAVA_INT, 4);
  }

  /** Makes {@link #receive} return in whatever thread it waits. */
  void wake() {
    EVENTFD_WRITE.call(waker, 1L);
  }

  @Override
  public void close() {
    CLOSE.call(socket);
    CLOSE.call(waker);
    arena.close();
  }

  private static long demand(String call, long answer) {
    if (answer < 0) {
      throw failed(call, answer);
    }
    return answer;
  }

  private static StorageFailure failed(String call, long answer) {
    return new StorageFailure("listening to devices: " + call + ": " + Errno.of(answer).text());
  }
}
