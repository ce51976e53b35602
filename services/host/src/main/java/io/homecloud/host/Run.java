package io.homecloud.host;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The streams of one running program, each served by a thread, and the wait for all of them. */
final class Run {
  private final Process process;
  private final String name;
  private final InputStream output;
  private final InputStream errors;
  private final ProcessTree tree;

  /** Counts the exit and the two outputs; input that nobody reads holds nothing up. */
  private final CountDownLatch open = new CountDownLatch(3);

  private final CompletableFuture<Boolean> end = new CompletableFuture<>();

  private Run(Process process, String name, InputStream output, InputStream errors) {
    this.process = process;
    this.name = name;
    this.output = output;
    this.errors = errors;
    tree = ProcessTree.of(process);
    var _ = process.onExit().thenRun(this::closed);
  }

  static Run start(ProcessBuilder builder, String name) throws IOException {
    try (OutputPipe output = new OutputPipe();
        OutputPipe errors = new OutputPipe()) {
      Process process = builder.redirectOutput(output.end()).redirectError(errors.end()).start();
      return new Run(process, name, output.started(), errors.started());
    }
  }

  void outputs(StreamHost.OutputReader outputReader, StreamHost.OutputReader errorsReader) {
    serve("output", () -> drain(output, outputReader));
    serve("errors", () -> drain(errors, errorsReader));
  }

  void input(StreamHost.InputWriter writer) {
    serve(
        "input",
        () -> {
          try (OutputStream pipe = new Pipe(process.getOutputStream())) {
            write(writer, pipe);
          } catch (NobodyReads e) {
            // The program's exit code tells what it thought of its input.
          }
        });
  }

  /** What the writer throws is noted before the program sees the end of its input and ends well. */
  private void write(StreamHost.InputWriter writer, OutputStream pipe) throws IOException {
    try {
      writer.write(pipe);
    } catch (NobodyReads e) {
      throw e;
    } catch (Throwable e) {
      end.completeExceptionally(e);
      throw e;
    }
  }

  /**
   * True when the program and its outputs ended, false when the time was over before.
   *
   * @throws IOException what a reader or writer threw
   */
  boolean awaitEnd(Duration deadline) throws InterruptedException, IOException {
    try {
      return end.get(nanos(deadline), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  int exitCode() {
    return process.exitValue();
  }

  void kill() {
    tree.kill();
  }

  private static long nanos(Duration deadline) {
    return TimeUnit.NANOSECONDS.convert(deadline);
  }

  private void drain(InputStream stream, StreamHost.OutputReader reader) throws IOException {
    try (stream) {
      reader.read(stream);
    }
    closed();
  }

  private void closed() {
    open.countDown();
    if (open.getCount() == 0) {
      end.complete(true);
    }
  }

  private interface Service {
    void run() throws IOException;
  }

  /** Not virtual: a read of a pipe would hold its carrier, and there are two on a small board. */
  private void serve(String stream, Service service) {
    var _ =
        Thread.ofPlatform()
            .daemon()
            .name(name + " " + stream)
            .start(() -> {
              try {
                service.run();
              } catch (Throwable e) { // whatever it is, the caller gets it
                end.completeExceptionally(e);
              }
            });
  }

  /** Tells a write to a program that reads no more from a failure of the writer's own source. */
  private static final class Pipe extends FilterOutputStream {
    Pipe(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw new NobodyReads(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        throw new NobodyReads(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        out.close();
      } catch (IOException e) {
        throw new NobodyReads(e);
      }
    }
  }

  private static final class NobodyReads extends IOException {
    private static final long serialVersionUID = 1L;

    NobodyReads(IOException cause) {
      super(cause);
    }
  }
}
