package io.homecloud.backup;

/** Why a run or a restore could not be completed: the reason of its condition, and in events. */
public enum Trouble {
  /** There is no room left, or a quota is used up. */
  TargetFull,
  /** This node has no room for what the program needs meanwhile. */
  NoRoomHere,
  TargetReadOnly,
  /** What is to be copied is not there. */
  SourceGone,
  /** The program was killed, again and again. */
  Interrupted,
  /** Something else writes there. */
  TargetBusy,
  ToolMissing,
  /** The repository is not there, or is another one. */
  RepositoryAway,
  RepositoryLocked,
  StorageAway,
  /** A drive of the repository was pulled out meanwhile. */
  DriveGone,
  /** The connection to another machine was lost, or there is none. */
  ConnectionLost,
  /** The machine is not the one that it was, as far as its key tells. */
  HostKeyChanged,
  /** The other machine does not let us in. */
  KeyRefused,
  /** What the plan wants done before the snapshot is taken could not be done. */
  HookFailed,
  /** The passphrase or key is not the one that the copies were made with. */
  KeyWrong,
  /** What was read back is not what was written. */
  CopyDamaged,
  CopyFailed
}
