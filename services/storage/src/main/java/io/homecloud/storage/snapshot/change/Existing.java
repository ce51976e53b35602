package io.homecloud.storage.snapshot.change;

import java.nio.file.Path;

/** What a restore does where something is already. */
public sealed interface Existing {
  /** Files that are there stay as they are; of a directory only what is missing comes back. */
  Keep KEEP = new Keep();

  /** See {@link #KEEP}. */
  record Keep() implements Existing {}

  /**
   * Files that are there are replaced, in one step each; what a directory has beyond the snapshot
   * stays. A directory is never replaced by a file, and nothing that is being written, or is not as
   * in the snapshot of the present: its bytes are nowhere else.
   *
   * @param present top directory of a read-only snapshot of the volume, taken just now
   */
  record Replace(Path present) implements Existing {}
}
