package io.homecloud.storage.snapshot.change;

import io.homecloud.host.path.RelativePath;

/**
 * A file that a rollback or restore left as it was, because more than was asked for would have been
 * lost. Nothing of it is gone.
 */
public record Left(RelativePath path, Why why) {
  /** Why it was left. */
  public enum Why {
    /** Somebody writes it, or has it open for writing and it would be removed. */
    BEING_WRITTEN,
    /** It was changed after the snapshot of the present was taken: its bytes are in none. */
    CHANGED_SINCE,
    /** Something that was not there in the snapshot of the present is in its place or in it. */
    IN_THE_WAY,
    /** The kernel does not let it be changed (made immutable, running, or of a forbidden type). */
    REFUSED
  }
}
