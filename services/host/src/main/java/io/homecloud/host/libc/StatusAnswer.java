package io.homecloud.host.libc;

/** What asking for a {@link FileStatus} answered. */
public sealed interface StatusAnswer {
  record Found(FileStatus status) implements StatusAnswer {}

  /**
   * There is nothing, or it cannot be asked.
   *
   * @param answer the negative {@link Errno} number
   */
  record Not(long answer) implements StatusAnswer {}
}
