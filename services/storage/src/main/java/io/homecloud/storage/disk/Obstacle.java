package io.homecloud.storage.disk;

/** Why a disk must not be formatted. */
public enum Obstacle {
  /** The running system stands on it. */
  SYSTEM,
  MOUNTED,
  /** Mounted in a mount namespace that is not ours, for example by the host of a container. */
  MOUNTED_ELSEWHERE,
  /** Another kernel device is built on it. */
  HELD,
  SWAP,
  READ_ONLY,
  /** Something is on it, or it is unreadable: only an explicit wish to erase overcomes this one. */
  OCCUPIED
}
