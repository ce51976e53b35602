package io.homecloud.storage.snapshot.change;

/** How much is told of a difference. */
public enum Detail {
  /** What people call a change. */
  USUAL,
  /**
   * All that somebody needs who has a copy of the older side and wants one of the newer, without
   * looking at either: also directories of which only the time changed; every name of a file that
   * got or lost one; homecloud's own names; and a file in place of another one is a deletion and an
   * addition. Files that were written to while the older snapshot was made count as changed when
   * their bytes lie elsewhere, because their times do not tell (docs/adr/0013).
   */
  FOR_COPIES
}
