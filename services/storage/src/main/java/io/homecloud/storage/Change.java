package io.homecloud.storage;

/** Whether an idempotent verb had anything to do. */
public enum Change {
  MADE,
  ALREADY_SO
}
