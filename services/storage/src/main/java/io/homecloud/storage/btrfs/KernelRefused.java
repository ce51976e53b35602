package io.homecloud.storage.btrfs;

import io.homecloud.host.libc.Errno;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import java.util.Optional;
import java.util.function.Supplier;

/** A system call failed. Stays within this package: the ports answer with values. */
final class KernelRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String sentence;
  private final Errno errno;

  KernelRefused(String operation, long answer) {
    this(operation + ": " + text(answer), Errno.of(answer));
  }

  private KernelRefused(String sentence, Errno errno) {
    super(sentence);
    this.sentence = sentence;
    this.errno = errno;
  }

  private static String text(long answer) {
    Errno errno = Errno.of(answer);
    return errno == Errno.UNNAMED ? "error " + Math.abs(answer) : errno.text();
  }

  /** Runs a verb of a port; what the kernel refuses in it becomes the answer. */
  static <T> Outcome<T> answering(Supplier<Outcome<T>> verb) {
    try {
      return verb.get();
    } catch (KernelRefused e) {
      return e.refusal();
    }
  }

  /** Runs a question of a port, which nothing but a broken pool can fail. */
  static <T> T reading(Supplier<T> question) {
    try {
      return question.get();
    } catch (KernelRefused e) {
      throw e.failure();
    }
  }

  Errno errno() {
    return errno;
  }

  /** What a person can have caused becomes a refusal; the rest is a failure of the pool. */
  private <T> Outcome<T> refusal() {
    return caused()
        .<Outcome<T>>map(Outcome.Refused::new)
        .orElseThrow(() -> new StorageFailure(sentence, this));
  }

  private StorageFailure failure() {
    return caused()
        .map(why -> new StorageFailure(why, this))
        .orElseGet(() -> new StorageFailure(sentence, this));
  }

  private Optional<Refusal> caused() {
    return switch (errno) {
      case EROFS -> Optional.of(new Refusal(StorageError.READ_ONLY, sentence));
      case ENOSPC -> Optional.of(new Refusal(StorageError.POOL_FULL, sentence));
      case EDQUOT -> Optional.of(new Refusal(StorageError.QUOTA_EXCEEDED, sentence));
      default -> Optional.empty();
    };
  }
}
