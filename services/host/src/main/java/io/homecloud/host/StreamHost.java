package io.homecloud.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Also runs programs that are given input, or whose input or output is too large to hold.
 *
 * <p>Deadline, interruption and the bound of what is kept are those of {@link Host#run}; standard
 * error is always kept in the result. Readers and writers run in a thread of their own; what they
 * throw kills the program and is thrown by the call.
 */
public interface StreamHost extends Host {
  /** Takes the program's output; returning before its end closes it (the program sees EPIPE). */
  @FunctionalInterface
  interface OutputReader {
    void read(InputStream output) throws IOException;
  }

  /**
   * Gives the program its input, which ends when this returns. Writing to a program that reads no
   * more ends the writer and is no failure: the program's exit code says what it thought of it.
   */
  @FunctionalInterface
  interface InputWriter {
    void write(OutputStream input) throws IOException;
  }

  /** As {@link #run(HostCommand)}, with these bytes as standard input. */
  HostResult run(HostCommand command, byte[] input);

  /** Standard output goes to the reader; the result's is empty. */
  HostResult read(HostCommand command, OutputReader reader) throws IOException;

  /** Standard input comes from the writer; standard output is kept as in {@link Host#run}. */
  HostResult write(HostCommand command, InputWriter writer) throws IOException;
}
