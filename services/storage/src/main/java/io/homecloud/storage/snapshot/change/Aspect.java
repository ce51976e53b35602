package io.homecloud.storage.snapshot.change;

/** In what a file differs. */
public enum Aspect {
  /**
   * Its bytes: the file system wrote them anew, or its size is another. Bytes that were written
   * over with equal ones count; sharing them (deduplication) or moving them on the disk does not.
   */
  CONTENT(1),
  /** Permissions, set-uid, set-gid or sticky bit. */
  MODE(2),
  /** User or group. */
  OWNER(4),
  /**
   * The time of modification. Of directories told {@link Detail#FOR_COPIES} only: every file made
   * in one moves theirs.
   */
  TIME(8),
  /** Extended attributes and access control lists. */
  ATTRIBUTES(16),
  /** Under which names it is found; told {@link Detail#FOR_COPIES} only. */
  LINKS(32);

  private final int bit;

  Aspect(int bit) {
    this.bit = bit;
  }

  /** Its bit where several are kept in a number, also in files. */
  int bit() {
    return bit;
  }
}
