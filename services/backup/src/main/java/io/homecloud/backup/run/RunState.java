package io.homecloud.backup.run;

/** Where a run is in its life. */
public enum RunState {
  Pending,
  Running,
  Completed,
  Failed,
  Cancelled;

  public boolean ended() {
    return this == Completed || this == Failed || this == Cancelled;
  }
}
