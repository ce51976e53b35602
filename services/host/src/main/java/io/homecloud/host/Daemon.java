package io.homecloud.host;

import io.homecloud.host.DaemonState.Ready;
import io.homecloud.host.DaemonState.Starting;
import io.homecloud.host.DaemonState.Stopped;
import io.homecloud.host.DaemonState.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** One daemon, kept running until it is closed. Made by {@link Supervisor#start}. */
public final class Daemon implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Daemon.class);
  private static final long PROBE_MILLIS = 50;

  private final DaemonSpec spec;
  private final Path runFile;
  private final DaemonLog log;
  private final Backoff backoff;
  private final List<Consumer<DaemonState>> listeners = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Boolean> stop = new CompletableFuture<>();
  private volatile CompletableFuture<Boolean> renewal = new CompletableFuture<>();
  private final Thread keeper;
  private volatile DaemonState state = new Waiting("not started yet", Duration.ZERO, 0);
  private int failures;

  Daemon(
      DaemonSpec spec,
      Path runFile,
      DaemonLog log,
      Backoff backoff,
      Consumer<DaemonState> listener) {
    this.spec = spec;
    this.runFile = runFile;
    this.log = log;
    this.backoff = backoff;
    listeners.add(listener);
    keeper = Thread.ofPlatform().daemon().name("daemon " + spec.name()).unstarted(this::keep);
  }

  void start() {
    keeper.start();
  }

  public DaemonSpec spec() {
    return spec;
  }

  public DaemonState state() {
    return state;
  }

  /** What it wrote last, of all its lives; the newest last. */
  public List<String> lastLines() {
    return log.lastLines();
  }

  /** Hears each state from now on, in the daemon's own thread; must not take long. */
  public void onChange(Consumer<DaemonState> listener) {
    listeners.add(listener);
  }

  /** Hears each line that it writes from now on, in a thread of its own; must not take long. */
  public void onLine(Consumer<String> reader) {
    log.onLine(reader);
  }

  /** False when it did not serve in that time. */
  public boolean awaitReady(Duration limit) throws InterruptedException {
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    Consumer<DaemonState> listener =
        now -> {
          if (now instanceof Ready || now instanceof Stopped) {
            ready.complete(now instanceof Ready);
          }
        };
    listeners.add(listener);
    try {
      listener.accept(state);
      return ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      listeners.remove(listener);
    }
  }

  /** Sends it a signal, for instance to read its configuration again; false when none runs. */
  public boolean signal(Signal signal) {
    return switch (state) {
      case Starting(ProcessIdentity process) -> Signals.send(process, signal);
      case Ready(ProcessIdentity process, _) -> Signals.send(process, signal);
      case Waiting _, Stopped _ -> false;
    };
  }

  /**
   * Has it begin anew, as after a failure: what runs is asked to stop, and killed when it does not
   * in its time. Returns at once. Nothing changes where none runs.
   */
  public void restart() {
    renewal.complete(true);
  }

  /** Stops it in order; returns when nothing of it runs. */
  @Override
  public void close() {
    stop.complete(true);
    boolean interrupted = false;
    while (keeper.isAlive()) {
      try {
        keeper.join();
      } catch (InterruptedException e) {
        interrupted = true; // its stop timeout bounds this wait
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep() {
    try {
      while (!stop.isDone()) {
        awaitTurn();
        long since = System.nanoTime();
        String reason = stop.isDone() ? "stopped" : live();
        if (!stop.isDone()) {
          pause(reason, Duration.ofNanos(System.nanoTime() - since));
        }
      }
    } catch (InterruptedException e) {
      LOG.errorf("The thread of daemon %s was interrupted", spec.name());
    } finally {
      become(new Stopped());
    }
  }

  private void awaitTurn() throws InterruptedException {
    long since = System.nanoTime();
    while (!spec.mayStart().getAsBoolean()
        && System.nanoTime() - since < spec.startTimeout().toNanos()
        && !stopWithin(Duration.ofMillis(PROBE_MILLIS))) {
      // the loop is the wait
    }
  }

  /** From a start to an end; why it ended. */
  private String live() throws InterruptedException {
    List<String> argv = spec.user().map(user -> user.command(spec.argv())).orElse(spec.argv());
    Optional<Path> program = Programs.find(argv.getFirst());
    if (program.isEmpty() || Programs.find(spec.argv().getFirst()).isEmpty()) {
      return spec.argv().getFirst() + " is not installed";
    }
    ProcessBuilder builder = Launch.gated(program.get(), argv, spec.environment());
    spec.workingDirectory().ifPresent(directory -> builder.directory(directory.toFile()));
    builder.redirectErrorStream(true);
    try (OutputPipe pipe = new OutputPipe()) {
      Process process = builder.redirectOutput(pipe.end()).start();
      InputStream output = pipe.started();
      Thread.ofPlatform().daemon().name("log " + spec.name()).start(() -> log.drain(output));
      return live(process);
    } catch (IOException e) {
      return "cannot be started: " + e.getMessage();
    }
  }

  private String live(Process process) throws IOException, InterruptedException {
    long since = System.nanoTime();
    RunFile run =
        new RunFile(ProcessTree.of(process).leader(), spec.stopSignal(), spec.stopTimeout());
    try {
      run.write(runFile);
      renewal = new CompletableFuture<>();
      Launch.open(process);
      become(new Starting(run.process()));
      if (!ready(process, since)) {
        return ended(process, "not ready in " + spec.startTimeout());
      }
      become(new Ready(run.process(), Duration.ofNanos(System.nanoTime() - since)));
      CompletableFuture.anyOf(stop, renewal, process.onExit()).join();
      return ended(process, "stopped");
    } finally {
      if (!run.stop()) {
        LOG.warnf("Daemon %s did not end in %s and was killed", spec.name(), spec.stopTimeout());
      }
      Files.deleteIfExists(runFile);
    }
  }

  private String ended(Process process, String otherwise) {
    if (stop.isDone()) {
      return "stopped";
    }
    if (!process.isAlive()) {
      return "ended with exit code " + process.exitValue();
    }
    return renewal.isDone() ? "begins anew" : otherwise;
  }

  private boolean ready(Process process, long since) throws InterruptedException {
    while (process.isAlive() && !renewal.isDone()) {
      // On a machine that stood still the time is over before anybody has looked.
      if (probe()) {
        return true;
      }
      if (System.nanoTime() - since > spec.startTimeout().toNanos()
          || stopWithin(Duration.ofMillis(PROBE_MILLIS))) {
        return false;
      }
    }
    return false;
  }

  private boolean probe() {
    try {
      return spec.readiness().ready();
    } catch (Exception e) {
      return false;
    }
  }

  private void pause(String reason, Duration lived) throws InterruptedException {
    failures = backoff.healthyAfter(lived) ? 1 : failures + 1;
    Duration pause = backoff.after(lived);
    LOG.warnf("Daemon %s: %s; next start in %s", spec.name(), reason, pause);
    become(new Waiting(reason, pause, failures));
    stopWithin(pause);
  }

  private boolean stopWithin(Duration limit) throws InterruptedException {
    try {
      return stop.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void become(DaemonState next) {
    state = next;
    for (Consumer<DaemonState> listener : listeners) {
      try {
        listener.accept(next);
      } catch (RuntimeException e) {
        LOG.errorf(e, "A listener of daemon %s failed", spec.name());
      }
    }
  }
}
