package io.homecloud.sharing.samba;

/** Where deleted files of a share are kept for a while. */
final class RecycleBin {
  static final String DIRECTORY = ".recycle";

  private RecycleBin() {}
}
