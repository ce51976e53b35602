package io.homecloud.backup.rsync;

import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.StreamHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts what patterns select, by letting rsync say what it would copy. */
public final class RsyncSelection {
  private final StreamHost host;

  public RsyncSelection(StreamHost host) {
    this.host = host;
  }

  /** What came of counting. */
  public sealed interface Counted {
    record All(Contents contents) implements Counted {}

    /** The time was over; so many files at least. */
    record Some(long files) implements Counted {}

    record Not(String sentence) implements Counted {}
  }

  /**
   * Reads names and sizes only.
   *
   * @param list a file with the paths to look at, each ended by NUL; all when empty
   * @throws java.util.concurrent.CancellationException when the thread was interrupted
   */
  public Counted count(
      Path from, Optional<Path> list, List<String> include, List<String> exclude, Duration within) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "rsync",
                "--dry-run",
                "--archive",
                "--one-file-system",
                "--info=progress2",
                "--stats",
                "--no-human-readable"));
    list.ifPresent(file -> {
      argv.add("--recursive");
      argv.add("--from0");
      argv.add("--files-from=" + file);
    });
    include.forEach(pattern -> argv.add("--include=" + pattern));
    exclude.forEach(pattern -> argv.add("--exclude=" + pattern));
    argv.addAll(List.of("--", from + "/", RsyncSums.NOWHERE));
    long[] known = {0};
    RsyncOutputParser output = new RsyncOutputParser(now -> known[0] = now.known());
    try {
      HostResult result =
          host.read(
              new HostCommand(argv, within, Map.of()),
              stream -> {
                byte[] buffer = new byte[8192];
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                  output.accept(buffer, n);
                }
              });
      return switch (result) {
        case HostResult.Exited(int code, _, _) when code == 0 -> new Counted.All(output.contents());
        case HostResult.Exited(int code, _, String errors) ->
            new Counted.Not(RsyncFailureParser.sentence(code, errors));
        case HostResult.TimedOut _ -> new Counted.Some(known[0]);
        case HostResult.NotInstalled(String program) ->
            new Counted.Not(program + " is not installed on this node.");
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
