package io.homecloud.storage.disk;

/** When a disk that was made safe to remove may be taken. */
public enum Unplugging {
  NOW,
  /** It is not made to be taken from a running machine. */
  AFTER_POWER_OFF
}
