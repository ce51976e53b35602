package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.Errno;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;

/** Ends a job on a volume before its end, for a reason that its caller is told. */
final class HaltedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal why;

  HaltedException(StorageError error, String sentence) {
    super(sentence);
    this.why = new Refusal(error, sentence);
  }

  Refusal why() {
    return why;
  }

  /**
   * The exception for a negative answer of the kernel: one that says why when the volume is full or
   * cannot be written, otherwise that the file system failed.
   */
  static RuntimeException of(long answer, String what) {
    Errno errno = Errno.of(answer);
    return switch (errno) {
      case ENOSPC -> new HaltedException(StorageError.POOL_FULL, what + ": the pool is full");
      case EDQUOT ->
          new HaltedException(
              StorageError.QUOTA_EXCEEDED, what + ": the volume's quota is used up");
      case EROFS ->
          new HaltedException(StorageError.READ_ONLY, what + ": the pool can only be read now");
      default -> new StorageFailure(what + ": " + errno.text());
    };
  }
}
