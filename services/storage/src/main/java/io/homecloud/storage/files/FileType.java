package io.homecloud.storage.files;

/** What a directory entry is. */
public enum FileType {
  FILE,
  DIRECTORY,
  /** A symbolic link; shown, never followed. */
  LINK,
  /** A mount point or nested subvolume: not part of the volume, never entered. */
  MOUNT,
  /** A device, pipe or socket; never opened. */
  OTHER
}
