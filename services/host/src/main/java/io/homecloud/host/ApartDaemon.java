package io.homecloud.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a daemon of ours starts in a session apart from its own, so that it outlives it and {@link
 * Supervisor} knows nothing of it.
 *
 * @param pidFile where it writes its number
 * @param word a whole argument of its command line that no other program has; the number alone may
 *     be another's by now
 */
public record ApartDaemon(Path pidFile, String word) {
  private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,8}");

  /** Stops it and all that it started; returns when nothing of it runs. */
  public void end(Duration patience) throws InterruptedException {
    Optional<ProcessIdentity> found = running();
    if (found.isPresent()) {
      ProcessTree tree = new ProcessTree(found.get());
      if (!tree.stop(Signal.TERM, patience)) {
        tree.kill();
      }
    }
  }

  private Optional<ProcessIdentity> running() {
    try {
      String pid = Files.readString(pidFile).strip();
      return PID.matcher(pid).matches()
          ? ProcessIdentity.of(Long.parseLong(pid)).filter(this::same)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private boolean same(ProcessIdentity process) {
    try {
      Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      String[] arguments = Files.readString(file, StandardCharsets.UTF_8).split("\0");
      return Arrays.asList(arguments).contains(word) && process.lives();
    } catch (IOException e) {
      return false;
    }
  }
}
