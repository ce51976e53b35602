package io.homecloud.backup.rsync;

/**
 * How far a copy is.
 *
 * @param bytesCopied of changed files
 * @param filesCopied how many of these are done
 * @param checked how many files were looked at
 * @param known how many there are as far as rsync has looked, which grows
 */
public record RsyncProgress(long bytesCopied, long filesCopied, long checked, long known) {
  static final RsyncProgress NONE = new RsyncProgress(0, 0, 0, 0);
}
