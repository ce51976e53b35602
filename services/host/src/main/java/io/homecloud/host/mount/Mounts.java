package io.homecloud.host.mount;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The mounts of this process' namespace. */
public final class Mounts {
  private static final int AGAIN = 20;
  private static final long A_MOMENT_NANOS = 10_000_000;

  private static final LibcCall MOUNT =
      LibcCall.of("mount", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final LibcCall UMOUNT = LibcCall.of("umount2", JAVA_INT, ADDRESS, JAVA_INT);
  private static final int UMOUNT_NOFOLLOW = 8;
  private static final Path TABLE = Path.of("/proc/self/mountinfo");

  /**
   * What is mounted now, in the kernel's order: a later one at the same place covers an earlier.
   */
  public List<Mount> list() {
    try {
      return MountInfoParser.parse(Files.readAllBytes(TABLE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Mounts; not idempotent: a second call at the same place covers the first. */
  public MountResult mount(MountRequest request) {
    try (Arena arena = Arena.ofConfined()) {
      long answer =
          MOUNT.call(
              arena.allocateFrom(request.source()),
              arena.allocateFrom(request.target()),
              request.type().isEmpty() ? MemorySegment.NULL : arena.allocateFrom(request.type()),
              MountFlag.bits(request.flags()),
              request.data().isEmpty() ? MemorySegment.NULL : arena.allocateFrom(request.data()));
      return result(answer, "mount " + request.source() + " at " + request.target());
    }
  }

  /**
   * Takes off the topmost mount at this place; never lazily and never by force, so that it is gone
   * when this says so. {@link Errno#EBUSY}: somebody uses it, see {@link MountHolders}. {@link
   * Errno#EINVAL}: nothing is mounted there.
   */
  public MountResult unmount(String mountPoint) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment place = arena.allocateFrom(mountPoint);
      long answer = UMOUNT.call(place, UMOUNT_NOFOLLOW);
      // A program that this process is just starting holds, between fork and exec, whatever was
      // open here at that moment, also what has been closed since.
      for (int again = 0; again < AGAIN && Errno.of(answer) == Errno.EBUSY; again++) {
        LockSupport.parkNanos(A_MOMENT_NANOS);
        answer = UMOUNT.call(place, UMOUNT_NOFOLLOW);
      }
      return result(answer, "unmount " + mountPoint);
    }
  }

  static MountResult result(long answer, String what) {
    if (answer == 0) {
      return new MountResult.Done();
    }
    Errno errno = Errno.of(answer);
    String why = errno == Errno.UNNAMED ? "error " + -answer : errno.text();
    return new MountResult.Refused(errno, what + ": " + why);
  }
}
