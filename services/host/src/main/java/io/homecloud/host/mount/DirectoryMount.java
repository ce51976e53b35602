package io.homecloud.host.mount;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.LibcCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A directory of a mounted file system mounted by itself at another place, as {@code subvol=} does
 * for a subvolume, and the question whether something is mounted at a place. Both look at that one
 * place: the table of all mounts takes the kernel long to write when there are many, and keeps it
 * from mounting meanwhile (with 500 volumes it took 0.4 of the time of making another).
 */
public final class DirectoryMount {
  private static final LibcCall SYSCALL =
      LibcCall.variadic(
          "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
          JAVA_LONG);
  private static final LibcCall STATX =
      LibcCall.of("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final LibcCall CLOSE = LibcCall.of("close", JAVA_INT, JAVA_INT);

  // These numbers are the same on every architecture; linux/mount.h and linux/stat.h have the rest.
  private static final long OPEN_TREE = 428;
  private static final long MOVE_MOUNT = 429;
  private static final long MOUNT_SETATTR = 442;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final long AT_EMPTY_PATH = 0x1000;
  private static final long OPEN_TREE_CLONE = 1;
  private static final long OPEN_TREE_CLOEXEC = 02000000;
  private static final long MOVE_MOUNT_F_EMPTY_PATH = 4;
  private static final long READ_ONLY = 0x1;
  private static final long NO_SUID_NO_DEV_NO_ATIME = 0x2 | 0x4 | 0x10;
  private static final long ID_MAPPED = 0x100000;
  private static final long NO_SYMLINK_FOLLOW = 0x200000;
  private static final long ATIME = 0x70;
  private static final long PRIVATE = 1 << 18;
  private static final long ATTRIBUTES_SIZE = 32;
  private static final LibcCall STATFS = LibcCall.of("statfs", JAVA_INT, ADDRESS, ADDRESS);
  private static final long STATFS_SIZE = 120;
  private static final long STATFS_FLAGS = 80;
  private static final long STATX_SIZE = 256;
  private static final long STATX_ATTRIBUTES = 8;
  private static final long MOUNT_ROOT = 0x2000;

  private DirectoryMount() {}

  /** Whether a mount begins at this very place; false when nothing is there. */
  public static boolean isAt(Path place) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statx = arena.allocate(STATX_SIZE, 8);
      MemorySegment path = arena.allocateFrom(place.toString());
      long answer = STATX.call(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, 0, statx);
      return answer == 0 && (statx.get(JAVA_LONG, STATX_ATTRIBUTES) & MOUNT_ROOT) != 0;
    }
  }

  /**
   * Whether anything lies in the directory itself at a place, where what is mounted hides it; false
   * when that cannot be told.
   */
  public static boolean hides(Path place) {
    if (!isAt(place)) {
      return hasAny(place);
    }
    try (Arena arena = Arena.ofConfined()) {
      long above = arena.allocateFrom(String.valueOf(place.getParent())).address();
      long flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
      // Without what is mounted inside of it.
      long tree = call(OPEN_TREE, AT_FDCWD, above, flags, 0, 0);
      if (tree < 0) {
        return false;
      }
      try {
        Path bare = Path.of("/proc/self/fd", Long.toString(tree));
        return hasAny(bare.resolve(String.valueOf(place.getFileName())));
      } finally {
        CLOSE.call((int) tree);
      }
    }
  }

  private static boolean hasAny(Path directory) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return entries.iterator().hasNext();
    } catch (IOException | DirectoryIteratorException e) {
      return false;
    }
  }

  /**
   * Mounts an open directory; a second call at the same place covers the first. No set-user-id
   * programs, no devices and no access times in it. What is mounted inside of it later does not
   * appear where it came from.
   *
   * @param directory number of the open directory
   */
  public static MountResult mount(int directory, Path target) {
    return mount(directory, target, NO_SUID_NO_DEV_NO_ATIME, ATIME, 0);
  }

  /**
   * As {@link #mount(int, Path)}, for servers that act for others: what belongs to one user on disk
   * belongs to another in it, and what belongs to anybody else to nobody, so that not even root
   * writes there; and no symbolic link in it is followed.
   *
   * @param directory number of the open directory
   * @param owners whose is whose
   */
  public static MountResult mount(
      int directory, Path target, UserNamespace owners, boolean readOnly) {
    long flags =
        NO_SUID_NO_DEV_NO_ATIME | ID_MAPPED | NO_SYMLINK_FOLLOW | (readOnly ? READ_ONLY : 0);
    return mount(directory, target, flags, ATIME, owners.number());
  }

  /**
   * Mounts once more what is mounted with owners shown as others: they are shown the same, no
   * symbolic link in it is followed, and it can be written also when the first cannot.
   *
   * @param directory number of the open directory
   */
  public static MountResult again(int directory, Path target) {
    return mount(
        directory, target, NO_SUID_NO_DEV_NO_ATIME | NO_SYMLINK_FOLLOW, ATIME | READ_ONLY, 0);
  }

  /**
   * Lets the mount that begins at the place be written from now on, or not any more; whoever has
   * something open in it keeps that. Refused with {@code EBUSY} while a file is open for writing
   * that is to be read only.
   */
  public static MountResult readOnly(Path place, boolean readOnly) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
      attributes.set(JAVA_LONG, readOnly ? 0 : 8, READ_ONLY);
      long path = arena.allocateFrom(place.toString()).address();
      long answer =
          call(
              MOUNT_SETATTR,
              AT_FDCWD,
              path,
              AT_SYMLINK_NOFOLLOW,
              attributes.address(),
              ATTRIBUTES_SIZE);
      return Mounts.result(answer, "mount at " + place);
    }
  }

  private static MountResult mount(int directory, Path target, long set, long clear, int owners) {
    String what = "mount at " + target;
    try (Arena arena = Arena.ofConfined()) {
      long empty = arena.allocateFrom("").address();
      long flags = AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
      long tree = call(OPEN_TREE, directory, empty, flags, 0, 0);
      if (tree < 0) {
        return Mounts.result(tree, what);
      }
      try {
        MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
        attributes.set(JAVA_LONG, 0, set);
        attributes.set(JAVA_LONG, 8, clear); // ATIME always: of its values there is one at a time
        attributes.set(JAVA_LONG, 16, PRIVATE);
        attributes.set(JAVA_LONG, 24, owners);
        long answer =
            call(MOUNT_SETATTR, tree, empty, AT_EMPTY_PATH, attributes.address(), ATTRIBUTES_SIZE);
        if (answer < 0) {
          return Mounts.result(answer, what);
        }
        long place = arena.allocateFrom(target.toString()).address();
        long moved = call(MOVE_MOUNT, tree, empty, AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH);
        return Mounts.result(moved, what);
      } finally {
        CLOSE.call((int) tree);
      }
    }
  }

  /**
   * What the kernel does for every file in the mount that a place lies on; empty when it cannot be
   * told.
   */
  public static Set<MountFlag> flagsAt(Path place) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statfs = arena.allocate(STATFS_SIZE, 8);
      long answer = STATFS.call(arena.allocateFrom(place.toString()), statfs);
      return answer == 0 ? flags(statfs.get(JAVA_LONG, STATFS_FLAGS)) : Set.of();
    }
  }

  /** The bits of statfs(2), which are not those of mount(2) throughout. */
  private static Set<MountFlag> flags(long bits) {
    Map<MountFlag, Integer> known =
        Map.of(
            MountFlag.READ_ONLY, 0x1,
            MountFlag.NO_SUID, 0x2,
            MountFlag.NO_DEV, 0x4,
            MountFlag.NO_EXEC, 0x8,
            MountFlag.NO_ATIME, 0x400,
            MountFlag.NO_SYMLINK_FOLLOW, 0x2000);
    return known.entrySet().stream()
        .filter(flag -> (bits & flag.getValue()) != 0)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static long call(long number, long a, long b, long c, long d, long e) {
    return SYSCALL.call(number, a, b, c, d, e);
  }
}
