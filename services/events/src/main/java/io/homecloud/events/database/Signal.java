package io.homecloud.events.database;

/**
 * Word that a committed transaction changed something; carries an id, never content. May get lost
 * when a process dies between commit and signal, so whoever relies on signals also looks by itself
 * now and then.
 */
public record Signal(Topic topic, String payload) {
  /** What a signal can be about. */
  public enum Topic {
    /** Somebody wishes something else of a resource; the payload is its uid. */
    WISH,
    /** Something else was observed of a resource; the payload is its uid. */
    STATUS,
    /** A task was added, or is no longer wanted; the payload is its id. */
    TASK,
    /** A fact was recorded; no payload. */
    EVENT,
    /** Facts got their places in the log; no payload. */
    LOG,
    /** A sign-in ended; no payload. */
    SIGN_IN,
    /** An instance has come, or a pool, which may know what was lost; no payload. */
    NODE,
    /** A wish is to be admitted by the instance of its node; the payload says where it is kept. */
    ADMIT,
    /** Signals may have been missed: look at everything. No payload. */
    RESYNC
  }
}
