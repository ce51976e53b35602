package io.homecloud.backup.duplicity;

import io.homecloud.backup.engine.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/** Tells {@code job.py} how fast it may send: a number of bytes per second, 0 for no limit. */
final class PaceFile {
  private final Pace pace;
  private final Path file;
  private Optional<Long> until = Optional.empty();

  PaceFile(Pace pace, Path directory) throws IOException {
    this.pace = pace;
    this.file = directory.resolve("pace");
    write();
  }

  Path path() {
    return file;
  }

  /** Tells another pace when the last one does not hold any more. */
  void look() throws IOException {
    if (until.filter(end -> end - System.nanoTime() <= 0).isPresent()) {
      write();
    }
  }

  private void write() throws IOException {
    Pace.Step step = pace.now();
    until = step.holds().map(Duration::toNanos).map(holds -> System.nanoTime() + holds);
    Path next = file.resolveSibling("pace.next");
    Files.writeString(next, Long.toString(step.bytesPerSecond().orElse(0)));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
