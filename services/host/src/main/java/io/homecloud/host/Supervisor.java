package io.homecloud.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Keeps daemons running: starts them again, with longer and longer pauses, when they end. Should
 * this process be killed they stay behind; its successor, given the same run directory, ends them
 * before anything else.
 */
public final class Supervisor implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Supervisor.class);
  private static final String SUFFIX = ".run";
  private static final long LOG_BYTES = 2 << 20;

  private final Path runDirectory;
  private final Path logDirectory;
  private final Supplier<Backoff> backoff;
  private final DirectoryLock lock;
  private final Map<String, Daemon> daemons = new ConcurrentHashMap<>();

  /**
   * Ends what an earlier process left behind; returns when nothing of it runs.
   *
   * @throws IOException also when another process uses the run directory
   */
  public static Supervisor open(Path runDirectory, Path logDirectory) throws IOException {
    return open(
        runDirectory,
        logDirectory,
        () -> new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofMinutes(2)));
  }

  static Supervisor open(Path runDirectory, Path logDirectory, Supplier<Backoff> backoff)
      throws IOException {
    Supervisor supervisor =
        new Supervisor(runDirectory, logDirectory, backoff, DirectoryLock.take(runDirectory));
    try {
      Files.createDirectories(logDirectory);
      supervisor.endLeftovers();
      return supervisor;
    } catch (IOException | RuntimeException e) {
      supervisor.lock.close();
      throw e;
    }
  }

  private Supervisor(
      Path runDirectory, Path logDirectory, Supplier<Backoff> backoff, DirectoryLock lock) {
    this.runDirectory = runDirectory;
    this.logDirectory = logDirectory;
    this.backoff = backoff;
    this.lock = lock;
  }

  /**
   * Returns at once; {@link Daemon#awaitReady} waits.
   *
   * @param listener hears every state from the first, in the daemon's own thread; must not take
   *     long
   * @throws IllegalStateException when one of that name runs
   */
  public Daemon start(DaemonSpec spec, Consumer<DaemonState> listener) {
    Daemon daemon =
        new Daemon(
            spec,
            runDirectory.resolve(spec.name() + SUFFIX),
            new DaemonLog(logDirectory.resolve(spec.name() + ".log"), LOG_BYTES, spec.logged()),
            backoff.get(),
            listener);
    Daemon other =
        daemons.compute(
            spec.name(),
            (_, old) ->
                old != null && !(old.state() instanceof DaemonState.Stopped) ? old : daemon);
    if (other != daemon) {
      throw new IllegalStateException("daemon " + spec.name() + " runs already");
    }
    daemon.start();
    return daemon;
  }

  public Daemon start(DaemonSpec spec) {
    return start(spec, _ -> {});
  }

  /** Stops all, side by side. */
  @Override
  public void close() throws IOException {
    sideBySide(daemons.values().stream().map(daemon -> (Runnable) daemon::close));
    lock.close();
  }

  private void endLeftovers() throws IOException {
    try (Stream<Path> files = Files.list(runDirectory)) {
      sideBySide(
          files
              .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
              .map(file -> () -> endLeftover(file)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void sideBySide(Stream<Runnable> actions) {
    List<CompletableFuture<Void>> running =
        actions.map(a -> CompletableFuture.runAsync(a, Thread::startVirtualThread)).toList();
    try {
      running.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static void endLeftover(Path file) {
    try {
      RunFile run = RunFile.read(file).orElse(null);
      if (run != null && !new ProcessTree(run.process()).members().isEmpty()) {
        LOG.infof("Stopping %s, left behind by an earlier process", file.getFileName());
        run.stop();
      }
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts this thread
    }
  }
}
