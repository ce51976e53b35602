package io.homecloud.backup.search;

import java.io.IOException;

/** What an index has is no index, or not all of one: it is made again from the copies. */
final class DamagedIndex extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedIndex(String message) {
    super(message);
  }

  DamagedIndex(String message, Throwable cause) {
    super(message, cause);
  }
}
