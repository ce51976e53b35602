package io.homecloud.backup.duplicity;

import io.homecloud.backup.engine.Pace;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Tells {@code job.py} how fast it may send: a number of bytes per second, 0 for no limit. */
final class PaceFile {
  private final Pace pace;
  private final WholeFile file;
  private Optional<Long> until = Optional.empty();

  PaceFile(Pace pace, Path directory) throws IOException {
    this.pace = pace;
    this.file = WholeFile.secret(directory.resolve("pace")).with(WholeFile.Durability.NONE);
    write();
  }

  Path path() {
    return file.path();
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
    var _ = file.write(Long.toString(step.bytesPerSecond().orElse(0)));
  }
}
