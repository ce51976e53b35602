package io.homecloud.storage.files;

import io.homecloud.host.libc.FileCalls;

/**
 * How openat2(2) opens. What takes names from outside stays beneath the directory, follows no link
 * and enters no mount; nothing here can block on a pipe or wake a device.
 *
 * @param mode the permission bits of a file that is made
 */
record Opening(int flags, int mode, long resolve) {
  private static final int DIRECTORY_ONLY = FileCalls.O_DIRECTORY;
  private static final int NOFOLLOW = FileCalls.O_NOFOLLOW;
  private static final int NONBLOCK = FileCalls.O_NONBLOCK;

  private static final long NO_XDEV = 1;
  private static final long NO_MAGICLINKS = 2;
  private static final long NO_SYMLINKS = 4;

  /** A directory that the program itself named. */
  static final Opening TRUSTED = new Opening(FileCalls.O_PATH | DIRECTORY_ONLY, 0, 0);

  /** Whatever is there, a link itself too, without opening it: only to look at it. */
  static final Opening LOOK = new Opening(FileCalls.O_PATH | NOFOLLOW, 0, FileCalls.BENEATH);

  /** A directory, to read its entries and to synchronise it. */
  static final Opening DIRECTORY =
      new Opening(DIRECTORY_ONLY | NOFOLLOW | NONBLOCK, 0, FileCalls.BENEATH);

  /** The parent of an open directory. The caller makes sure that it is the one it came from. */
  static final Opening UP =
      new Opening(DIRECTORY_ONLY | NONBLOCK, 0, NO_SYMLINKS | NO_MAGICLINKS | NO_XDEV);

  /** To write, refused when something is there. */
  static Opening making(int mode) {
    return new Opening(
        FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_EXCL | NOFOLLOW | NONBLOCK,
        mode,
        FileCalls.BENEATH);
  }

  /** To read again, by its path under /proc, what was looked at and found to be a file. */
  static final Opening READ_AGAIN = new Opening(NONBLOCK, 0, 0);

  /** Likewise to read and write. */
  static final Opening WRITE_AGAIN = new Opening(FileCalls.O_RDWR | NONBLOCK, 0, 0);
}
