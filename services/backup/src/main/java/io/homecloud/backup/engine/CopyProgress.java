package io.homecloud.backup.engine;

/**
 * How far a copy is.
 *
 * @param bytesCopied of changed files
 * @param filesCopied how many of these are done
 * @param checked how many files were looked at
 * @param known how many there are as far as was looked, which grows
 */
public record CopyProgress(long bytesCopied, long filesCopied, long checked, long known) {
  public static final CopyProgress NONE = new CopyProgress(0, 0, 0, 0);
}
