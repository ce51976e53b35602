package io.homecloud.host;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The machine we run on.
 *
 * <p>Built on the JDK: the library for processes that is at hand counts its time limits from the
 * end of the output and cuts output without a word.
 */
public final class LocalHost implements StreamHost {
  private static final int KEPT_BYTES = 8 << 20;

  private final int keptBytes;

  public LocalHost() {
    this(KEPT_BYTES);
  }

  /**
   * @param keptBytes of standard output, and as many of standard error, after which a program is
   *     killed
   */
  public LocalHost(int keptBytes) {
    this.keptBytes = keptBytes;
  }

  @Override
  public HostResult run(HostCommand command) {
    return keep(command, null);
  }

  @Override
  public HostResult run(HostCommand command, byte[] input) {
    return keep(command, stdin -> stdin.write(input));
  }

  @Override
  public HostResult write(HostCommand command, InputWriter writer) throws IOException {
    try {
      return keep(command, writer);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public HostResult read(HostCommand command, OutputReader reader) throws IOException {
    return execute(command, null, reader, new Kept(command, "output"));
  }

  private HostResult keep(HostCommand command, @Nullable InputWriter writer) {
    Kept output = new Kept(command, "output");
    try {
      return execute(command, writer, output, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HostResult execute(
      HostCommand command, @Nullable InputWriter writer, OutputReader reader, Kept output)
      throws IOException {
    String name = command.argv().getFirst();
    Optional<Path> program = Programs.find(name);
    if (program.isEmpty()) {
      return new HostResult.NotInstalled(name);
    }
    ProcessBuilder builder = Launch.of(program.get(), command.argv(), command.environment());
    if (writer == null) {
      builder.redirectInput(new File("/dev/null"));
    }
    Kept errors = new Kept(command, "errors");
    Run run = Run.start(builder, name);
    boolean ended = false;
    try {
      run.outputs(reader, errors);
      if (writer != null) {
        run.input(writer);
      }
      ended = run.awaitEnd(command.deadline());
      return ended
          ? new HostResult.Exited(run.exitCode(), output.text(), errors.text())
          : new HostResult.TimedOut(command);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while " + name + " ran");
    } finally {
      if (!ended) {
        run.kill();
      }
    }
  }

  /** One output stream, held up to the bound. */
  private final class Kept implements OutputReader {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final HostCommand command;
    private final String what;

    Kept(HostCommand command, String what) {
      this.command = command;
      this.what = what;
    }

    @Override
    public void read(InputStream output) throws IOException {
      byte[] buffer = new byte[8192];
      for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
        if (bytes.size() + n > keptBytes) {
          throw new OutputTooLarge(
              command.argv().getFirst() + " wrote more " + what + " than " + keptBytes + " bytes");
        }
        bytes.write(buffer, 0, n);
      }
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
