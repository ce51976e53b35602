package io.homecloud.host.libc;

/** An open file of this process, closed once. */
public final class Descriptor implements AutoCloseable {
  /** The current directory: what relative paths are read from, and absolute ones are not. */
  public static final int AT_FDCWD = -100;

  private int number;

  /** Takes over a descriptor that a call answered. */
  public Descriptor(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("not a descriptor: " + number);
    }
    this.number = (int) number;
  }

  public int number() {
    if (number < 0) {
      throw new IllegalStateException("closed");
    }
    return number;
  }

  /** A path that leads to the open file itself, also to one opened only as a place (O_PATH). */
  public byte[] path() {
    return ("/proc/self/fd/" + number()).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    if (number >= 0) {
      FileCalls.close(number);
      number = -1;
    }
  }
}
