package io.homecloud.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a running daemon, for those who come after us should we be killed: who it is and
 * how it wants to be stopped.
 */
record RunFile(ProcessIdentity process, Signal stopSignal, Duration stopTimeout) {
  private static final long LONGEST_BYTES = 4096;

  /** For its next life, which wants its ports and locks. */
  private static final Duration KILLED = Duration.ofSeconds(10);

  private static final long LONGEST_STOP_MILLIS = 3_600_000;

  /** Whole or absent; not synced, since after a power cut the daemon is gone as well. */
  void write(Path file) throws IOException {
    WholeFile.open(file)
        .with(WholeFile.Durability.NONE)
        .write(process.text() + "\n" + stopSignal.name() + "\n" + stopTimeout.toMillis() + "\n");
  }

  /** Empty when there is none, or none that we could have written. */
  static Optional<RunFile> read(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_BYTES) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.size() != 3 || !lines.get(2).matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    Optional<ProcessIdentity> process = ProcessIdentity.parse(lines.getFirst());
    Optional<Signal> signal = Signal.named(lines.get(1));
    if (process.isEmpty() || signal.isEmpty()) {
      return Optional.empty();
    }
    long millis = Math.min(Long.parseLong(lines.get(2)), LONGEST_STOP_MILLIS);
    return Optional.of(new RunFile(process.get(), signal.get(), Duration.ofMillis(millis)));
  }

  /** Asks it to stop, waits, kills what is left. True when nothing had to be killed. */
  boolean stop() throws InterruptedException {
    ProcessTree tree = new ProcessTree(process);
    boolean orderly = tree.stop(stopSignal, stopTimeout);
    if (!orderly) {
      tree.kill(KILLED);
    }
    return orderly;
  }
}
