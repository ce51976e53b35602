package io.homecloud.storage.files;

/**
 * How openat2(2) opens. What takes names from outside stays beneath the directory, follows no link
 * and enters no mount; nothing here can block on a pipe or wake a device.
 *
 * @param mode the permission bits of a file that is made
 */
record Opening(long flags, int mode, long resolve) {
  private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

  private static final long READ_WRITE = 02;
  private static final long CREATE = 0100;
  private static final long EXCLUSIVE = 0200;
  private static final long NONBLOCK = 04000;
  private static final long CLOEXEC = 02000000;
  private static final long PATH = 010000000;
  // these two have other numbers on arm: arch/arm64/include/uapi/asm/fcntl.h
  private static final long DIRECTORY_ONLY = ARM ? 040000 : 0200000;
  private static final long NOFOLLOW = ARM ? 0100000 : 0400000;

  private static final long NO_XDEV = 1;
  private static final long NO_MAGICLINKS = 2;
  private static final long NO_SYMLINKS = 4;
  private static final long BENEATH = 8;
  private static final long STRICT = BENEATH | NO_SYMLINKS | NO_MAGICLINKS | NO_XDEV;

  /** A directory that the program itself named. */
  static final Opening TRUSTED = new Opening(PATH | DIRECTORY_ONLY | CLOEXEC, 0, 0);

  /** Whatever is there, a link itself too, without opening it: only to look at it. */
  static final Opening LOOK = new Opening(PATH | NOFOLLOW | CLOEXEC, 0, STRICT);

  /** A directory, to read its entries and to synchronise it. */
  static final Opening DIRECTORY =
      new Opening(DIRECTORY_ONLY | NOFOLLOW | NONBLOCK | CLOEXEC, 0, STRICT);

  /** The parent of an open directory. The caller makes sure that it is the one it came from. */
  static final Opening UP =
      new Opening(DIRECTORY_ONLY | NONBLOCK | CLOEXEC, 0, NO_SYMLINKS | NO_MAGICLINKS | NO_XDEV);

  /** To write, refused when something is there. */
  static Opening making(int mode) {
    return new Opening(
        READ_WRITE | CREATE | EXCLUSIVE | NOFOLLOW | NONBLOCK | CLOEXEC, mode, STRICT);
  }

  /** To read again, by its path under /proc, what was looked at and found to be a file. */
  static final Opening READ_AGAIN = new Opening(NONBLOCK | CLOEXEC, 0, 0);

  /** Likewise to read and write. */
  static final Opening WRITE_AGAIN = new Opening(READ_WRITE | NONBLOCK | CLOEXEC, 0, 0);
}
