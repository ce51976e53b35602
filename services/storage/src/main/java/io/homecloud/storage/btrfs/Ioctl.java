package io.homecloud.storage.btrfs;

/**
 * The ioctls of btrfs, from the kernel's {@code include/uapi/linux/btrfs.h}, and two that every
 * file system has. The numbers are built as in {@code asm-generic/ioctl.h}, which amd64 and arm64
 * share; the size of the argument is part of the number, so a wrong layout is refused by the
 * kernel.
 */
enum Ioctl {
  RESIZE(Direction.IN, 3, 4096),
  SCAN_DEV(Direction.IN, 4, 4096),
  FORGET_DEV(Direction.IN, 5, 4096),
  ADD_DEV(Direction.IN, 10, 4096),
  TREE_SEARCH_V2(Direction.BOTH, 17, 112),
  INO_LOOKUP(Direction.BOTH, 18, 4096),
  SPACE_INFO(Direction.BOTH, 20, 16),
  WAIT_SYNC(Direction.IN, 22, 8),
  SNAP_CREATE_V2(Direction.IN, 23, 4096),
  SUBVOL_CREATE_V2(Direction.IN, 24, 4096),
  START_SYNC(Direction.OUT, 24, 8),
  SCRUB(Direction.BOTH, 27, 1024),
  SCRUB_CANCEL(Direction.NONE, 28, 0),
  SCRUB_PROGRESS(Direction.BOTH, 29, 1024),
  DEV_INFO(Direction.BOTH, 30, 4096),
  FS_INFO(Direction.OUT, 31, 1024),
  BALANCE_CTL(Direction.IN, 33, 4),
  BALANCE_PROGRESS(Direction.OUT, 34, 1024),
  INO_PATHS(Direction.BOTH, 35, 56),
  QGROUP_ASSIGN(Direction.IN, 41, 24),
  QGROUP_CREATE(Direction.IN, 42, 16),
  QGROUP_LIMIT(Direction.OUT, 43, 48),
  GET_DEV_STATS(Direction.BOTH, 52, 1032),
  DEV_REPLACE(Direction.BOTH, 53, 2600),
  RM_DEV_V2(Direction.IN, 58, 4096),
  LOGICAL_INO_V2(Direction.BOTH, 59, 56),
  GET_SUBVOL_INFO(Direction.OUT, 60, 504),
  SNAP_DESTROY_V2(Direction.IN, 63, 4096),
  FS_GETFLAGS('f', Direction.OUT, 1, 8),
  FS_SETFLAGS('f', Direction.IN, 2, 8);

  private static final int BTRFS = 0x94;

  private final int size;
  private final long number;

  Ioctl(Direction direction, int function, int size) {
    this(BTRFS, direction, function, size);
  }

  Ioctl(int magic, Direction direction, int function, int size) {
    this.size = size;
    this.number = (long) direction.bits << 30 | (long) size << 16 | (long) magic << 8 | function;
  }

  long number() {
    return number;
  }

  /** Of the argument, in bytes. */
  int size() {
    return size;
  }

  /** As seen by the kernel's header: IN is _IOW, OUT is _IOR. */
  private enum Direction {
    NONE(0),
    IN(1),
    OUT(2),
    BOTH(3);

    private final int bits;

    Direction(int bits) {
      this.bits = bits;
    }
  }
}
