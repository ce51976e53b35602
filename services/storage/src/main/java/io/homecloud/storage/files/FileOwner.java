package io.homecloud.storage.files;

/**
 * To whom new files of a volume belong.
 *
 * @param fileMode permission bits of new files
 * @param directoryMode permission bits of new directories
 */
public record FileOwner(int uid, int gid, int fileMode, int directoryMode) {
  public FileOwner {
    if (uid < 0 || gid < 0) {
      throw new IllegalArgumentException("no such owner " + uid + ":" + gid);
    }
    if ((fileMode & ~0777) != 0 || (directoryMode & ~03777) != 0) {
      throw new IllegalArgumentException("mode bits that are never given");
    }
  }
}
