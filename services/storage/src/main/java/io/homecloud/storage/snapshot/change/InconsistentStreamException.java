package io.homecloud.storage.snapshot.change;

/** A send stream that does not fit the snapshots it is said to be between. */
final class InconsistentStreamException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InconsistentStreamException(String message) {
    super(message);
  }
}
