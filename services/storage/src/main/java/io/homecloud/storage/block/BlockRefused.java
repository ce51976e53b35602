package io.homecloud.storage.block;

import io.homecloud.host.libc.Errno;
import java.io.IOException;

/** The kernel refused an operation on a block device. */
public final class BlockRefused extends IOException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  BlockRefused(Errno errno, String message) {
    super(message);
    this.errno = errno;
  }

  public Errno errno() {
    return errno;
  }
}
