package io.homecloud.backup.rsync;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.Pace;
import io.homecloud.backup.engine.Pause;
import io.homecloud.backup.log.RunLog;
import io.homecloud.host.Host.OutputTooLarge;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.StreamHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The real rsync. */
public final class Rsync {
  /** A first copy over a slow disk may take days. */
  private static final Duration DEADLINE = Duration.ofDays(30);

  private static final int BUFFER = 8192;

  /** What another process that still copies has to notice that nobody listens any more. */
  private static final int BUSY_ATTEMPTS = 60;

  private final StreamHost host;

  public Rsync(StreamHost host) {
    this.host = host;
  }

  /**
   * Copies. Repeated after whatever ended it, it goes on with what is missing.
   *
   * @param listener hears about once a second, in another thread
   * @throws java.util.concurrent.CancellationException when the thread was interrupted
   */
  public Copied copy(Transfer copy, Consumer<CopyProgress> listener) {
    return copy(copy, Pace.FREE.now(), listener).orElseThrow();
  }

  /** Empty when the step was over before the copy was. */
  private Optional<Copied> copy(Transfer copy, Pace.Step step, Consumer<CopyProgress> listener) {
    RsyncOutputParser output = new RsyncOutputParser(listener, copy.sums().orElse((_, _) -> {}));
    HostResult result;
    try {
      List<String> command = PacedCommand.of(copy, step);
      result = read(command, output);
      if (output.halfSet() && result instanceof HostResult.Exited(int code, _, _) && code == 0) {
        result = read(command, new RsyncOutputParser(_ -> {}));
      }
    } catch (OutputTooLarge e) {
      return Optional.of(
          new Copied.Not(Trouble.CopyFailed, "rsync complains of more files than can be told."));
    }
    tell(output, result);
    return switch (result) {
      case HostResult.Exited(int code, _, _) when code == 0 ->
          Optional.of(new Copied.Done(output.contents()));
      case HostResult.Exited(int code, _, _) when code == PacedCommand.OVER -> Optional.empty();
      case HostResult.Exited(int code, _, String errors) ->
          Optional.of(
              new Copied.Not(
                  RsyncFailureParser.trouble(code, errors),
                  RsyncFailureParser.sentence(code, errors)));
      case HostResult.TimedOut _ ->
          Optional.of(
              new Copied.Not(
                  Trouble.CopyFailed, "rsync did not end in " + DEADLINE.toDays() + " days."));
      case HostResult.NotInstalled(String program) ->
          Optional.of(
              new Copied.Not(Trouble.ToolMissing, program + " is not installed on this node."));
    };
  }

  private static void tell(RsyncOutputParser output, HostResult result) {
    output.said().forEach(line -> RunLog.tell("rsync", line));
    if (result instanceof HostResult.Exited(int code, _, String errors)) {
      RunLog.tell("rsync", errors);
      if (code == PacedCommand.OVER) {
        RunLog.tell("homecloud", "Another bandwidth holds from now on; rsync begins again.");
      } else if (code != 0) {
        RunLog.tell("rsync", "ended with code " + code);
      }
    }
  }

  /**
   * The checksums of files beneath a directory, as {@link #copy} tells them of what it copies. One
   * that cannot be read is not told.
   *
   * @param list a file with their paths, each ended by NUL
   */
  public void sums(Path directory, Path list, RsyncSums.Listener listener) {
    RsyncOutputParser output = new RsyncOutputParser(_ -> {}, listener);
    HostResult result = read(RsyncSums.command(directory, list), output);
    if (result instanceof HostResult.NotInstalled || result instanceof HostResult.TimedOut) {
      throw new IllegalStateException("checksums were not made: " + result);
    }
  }

  /**
   * In what a copy is not what it should be, as rsync says when it is asked to change nothing: a
   * line each.
   */
  public Differences differences(Copy copy) {
    return switch (host.run(new HostCommand(copy.question(), DEADLINE, Map.of()))) {
      case HostResult.Exited(int code, String output, _) when code == 0 ->
          new Differences.Lines(output.lines().filter(line -> !line.isBlank()).toList());
      case HostResult.Exited(int code, _, String errors) ->
          new Differences.Unknown(RsyncFailureParser.sentence(code, errors));
      case HostResult.TimedOut _ -> new Differences.Unknown("rsync did not end.");
      case HostResult.NotInstalled(String program) ->
          new Differences.Unknown(program + " is not installed on this node.");
    };
  }

  /** What {@link #differences} found. */
  public sealed interface Differences {
    /** None when the copy is right. */
    record Lines(List<String> lines) implements Differences {}

    record Unknown(String sentence) implements Differences {}
  }

  /**
   * As {@link #copy}, never faster than the pace allows: rsync cannot be told another speed while
   * it runs, so it is started anew when another holds, and goes on with what is missing.
   */
  public Copied copy(Transfer copy, Pace pace, Consumer<CopyProgress> listener) {
    return copy(copy, pace, new AddedUp(listener));
  }

  private Copied copy(Transfer copy, Pace pace, AddedUp sum) {
    Optional<Copied> ended = copy(copy, pace.now(), sum);
    while (ended.isEmpty()) {
      sum.startedAnew();
      ended = copy(copy, pace.now(), sum);
    }
    return sum.all(ended.get());
  }

  /** As {@link #copy}; a program that was killed is started again, a few times. */
  public Copied persistently(Transfer copy, Consumer<CopyProgress> listener) {
    return persistently(copy, Pace.FREE, listener);
  }

  /** Both. */
  public Copied persistently(Transfer copy, Pace pace, Consumer<CopyProgress> listener) {
    return persistently(copy, pace, listener, () -> true);
  }

  /**
   * As above.
   *
   * @param goesOn asked before it is started again: whether what there is may be gone on with
   */
  public Copied persistently(
      Transfer copy, Pace pace, Consumer<CopyProgress> listener, BooleanSupplier goesOn) {
    int busy = 0;
    AddedUp sum = new AddedUp(listener);
    for (int attempt = 1; ; attempt++) {
      Copied copied = copy(copy, pace, sum);
      if (!(copied instanceof Copied.Not(Trouble trouble, _))) {
        return copied;
      }
      boolean waits = trouble == Trouble.TargetBusy && ++busy < BUSY_ATTEMPTS;
      if (sum.moved()) {
        attempt = 1;
        busy = 0;
      }
      boolean again = trouble == Trouble.Interrupted && attempt < copy.attempts() + busy;
      if (!waits && !again) {
        return copied;
      }
      sum.startedAnew();
      Pause.of(copy.pause(attempt));
      if (!goesOn.getAsBoolean()) {
        return copied;
      }
    }
  }

  private HostResult read(List<String> command, RsyncOutputParser output) {
    try {
      return host.read(
          new HostCommand(command, DEADLINE, Map.of()),
          stream -> {
            byte[] buffer = new byte[BUFFER];
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
              output.accept(buffer, n);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
