package io.homecloud.host;

/** Runs programs of this machine. The one way to do so; implemented by {@link LocalHost}. */
public interface Host {
  /**
   * Runs the command to its end, its deadline or the thread's interruption. The end is its exit and
   * that of whoever else holds its outputs; the other two kill it and all its descendants.
   *
   * @throws java.util.concurrent.CancellationException when the thread was interrupted
   * @throws OutputTooLarge when it wrote more than is kept; output is never silently cut
   */
  HostResult run(HostCommand command);

  /** A program wrote more than the bound; the program was killed. */
  final class OutputTooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutputTooLarge(String message) {
      super(message);
    }
  }
}
