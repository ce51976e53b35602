package io.homecloud.control.task;

/** Where a task is in its life. */
public enum TaskState {
  Pending,
  Running,
  Completed,
  Failed,
  Cancelled;

  public boolean ended() {
    return this == Completed || this == Failed || this == Cancelled;
  }
}
