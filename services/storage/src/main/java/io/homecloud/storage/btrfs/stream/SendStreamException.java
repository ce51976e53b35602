package io.homecloud.storage.btrfs.stream;

/** The bytes are no send stream that can be relied on. Nothing after the fault is known. */
public final class SendStreamException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with it. */
  public enum Fault {
    NOT_A_STREAM,
    UNKNOWN_VERSION,
    UNKNOWN_COMMAND,
    TOO_LARGE,
    BAD_CHECKSUM,
    MALFORMED,
    TRUNCATED
  }

  private final Fault fault;

  SendStreamException(Fault fault, String message) {
    super(fault + ": " + message);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }
}
