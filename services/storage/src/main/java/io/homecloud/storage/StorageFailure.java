package io.homecloud.storage;

import io.homecloud.control.reconcile.Explained;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The kernel or the hardware failed in a way that no caller can have asked for. */
public final class StorageFailure extends RuntimeException implements Explained {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Refusal refusal;

  public StorageFailure(String message) {
    super(message);
    this.refusal = null;
  }

  public StorageFailure(String message, Throwable cause) {
    super(message, cause);
    this.refusal = null;
  }

  /** One that a person can have caused: the pool is full, or can only be read. */
  public StorageFailure(Refusal refusal) {
    super(refusal.sentence());
    this.refusal = refusal;
  }

  public StorageFailure(Refusal refusal, Throwable cause) {
    super(refusal.sentence(), cause);
    this.refusal = refusal;
  }

  /** What is in the way, when a person can have caused it. */
  Optional<Refusal> refusal() {
    return Optional.ofNullable(refusal);
  }

  @Override
  public String reason() {
    return refusal == null ? "HostFailed" : refusal.error().word();
  }

  @Override
  public String sentence() {
    return refusal == null
        ? "The kernel or the hardware failed: " + getMessage() + "."
        : refusal.sentence() + ".";
  }

  /** Runs it; a failure that a person can have caused becomes the answer. */
  public static <T> Outcome<T> refusing(Supplier<Outcome<T>> work) {
    try {
      return work.get();
    } catch (StorageFailure e) {
      if (e.refusal == null) {
        throw e;
      }
      return new Outcome.Refused<>(e.refusal);
    }
  }
}
