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

/** The mounts of this process' namespace. */
public final class Mounts {
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
      return result(
          UMOUNT.call(arena.allocateFrom(mountPoint), UMOUNT_NOFOLLOW), "unmount " + mountPoint);
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
