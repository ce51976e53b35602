package io.homecloud.backup.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** The logs of this node's runs, each in a directory for root alone. */
public final class RunLogs {
  private static final Logger LOG = Logger.getLogger(RunLogs.class);

  private final Path own;
  private final Clock clock;

  /**
   * @param own a directory of theirs alone, made when need be
   */
  public RunLogs(Path own, Clock clock) {
    this.own = own;
    this.clock = clock;
  }

  public RunLog of(UUID run) {
    return new RunLog(own.resolve(run.toString()), clock);
  }

  /** Empty when there is none here. */
  public Optional<String> read(UUID run) {
    try {
      return of(run).read();
    } catch (IOException e) {
      LOG.warnf("the log of run %s cannot be read: %s", run, e.getMessage());
      return Optional.empty();
    }
  }

  /** The last lines. */
  public List<String> ending(UUID run, int lines) {
    List<String> all = read(run).map(text -> text.lines().toList()).orElse(List.of());
    return all.subList(Math.max(0, all.size() - lines), all.size());
  }

  /** Removes it; nothing when there is none. */
  public void forget(UUID run) {
    Path directory = own.resolve(run.toString());
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      LOG.warnf("the log of run %s stays: %s", run, e.getMessage());
    }
  }

  /** Forgets those of runs that nobody knows any more. */
  public void sweep(Predicate<UUID> unknown) {
    List<UUID> gone = new ArrayList<>();
    if (Files.isDirectory(own)) {
      try (var all = Files.list(own)) {
        all.forEach(path -> {
          try {
            gone.add(UUID.fromString(path.getFileName().toString()));
          } catch (IllegalArgumentException e) {
            // Not one of ours.
          }
        });
      } catch (IOException e) {
        return;
      }
    }
    gone.stream().filter(unknown).forEach(this::forget);
  }
}
