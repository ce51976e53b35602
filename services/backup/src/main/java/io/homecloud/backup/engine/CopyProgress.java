package io.homecloud.backup.engine;

/**
 * How far a copy is.
 *
 * @param bytesCopied of changed files
 * @param filesCopied how many of these are done
 * @param checked how many files were looked at
 * @param known how many there are as far as was looked, which grows
 * @param all whether there are no more than are known
 * @param bytesKnown of all files that are known, about; 0 when nobody has added them up
 */
public record CopyProgress(
    long bytesCopied, long filesCopied, long checked, long known, boolean all, long bytesKnown) {
  public static final CopyProgress NONE = new CopyProgress(0, 0, 0, 0);

  public CopyProgress(long bytesCopied, long filesCopied, long checked, long known) {
    this(bytesCopied, filesCopied, checked, known, false, 0);
  }
}
