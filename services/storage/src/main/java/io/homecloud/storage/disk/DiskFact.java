package io.homecloud.storage.disk;

/** What became of a disk. */
public sealed interface DiskFact {
  Disk disk();

  /** It was not there before. */
  record Attached(Disk disk) implements DiskFact {}

  /** It is gone; this is what was known last. */
  record Detached(Disk disk) implements DiskFact {}

  /** It is there as before, but something about it is different, for example what is on it. */
  record Changed(Disk before, Disk disk) implements DiskFact {}
}
