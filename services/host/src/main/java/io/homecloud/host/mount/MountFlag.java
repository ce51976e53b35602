package io.homecloud.host.mount;

import java.util.Set;

/** What the kernel itself does for every file system; bits of mount(2). */
public enum MountFlag {
  READ_ONLY(1),
  NO_SUID(1 << 1),
  NO_DEV(1 << 2),
  NO_EXEC(1 << 3),
  REMOUNT(1 << 5),
  NO_SYMLINK_FOLLOW(1 << 8),
  NO_ATIME(1 << 10),
  NO_DIR_ATIME(1 << 11),
  BIND(1 << 12),
  MOVE(1 << 13),
  RECURSIVE(1 << 14),
  PRIVATE(1 << 18),
  SLAVE(1 << 19),
  SHARED(1 << 20),
  REL_ATIME(1 << 21);

  private final long bit;

  MountFlag(long bit) {
    this.bit = bit;
  }

  static long bits(Set<MountFlag> flags) {
    return flags.stream().mapToLong(flag -> flag.bit).reduce(0, (a, b) -> a | b);
  }
}
