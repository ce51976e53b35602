package io.homecloud.storage.snapshot.change;

/** What a restore does where something is already. */
public enum Existing {
  /** Files that are there stay as they are; of a directory only what is missing comes back. */
  KEEP,
  /**
   * Files that are there are replaced, in one step each; what a directory has beyond the snapshot
   * stays. A directory is never replaced by a file, and nothing that is being written.
   */
  REPLACE
}
