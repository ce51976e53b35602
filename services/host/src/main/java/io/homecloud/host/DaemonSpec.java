package io.homecloud.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A program that is to run for as long as we do.
 *
 * @param name of its log and of its place in the run directory
 * @param argv as in {@link HostCommand}; the program must stay in the foreground
 * @param environment added to {@code LC_ALL=C} and {@code PATH}; nothing else is inherited
 * @param user who it runs as, or we ourselves
 * @param workingDirectory or the root directory
 * @param stopSignal what it takes as a wish to end
 * @param stopTimeout how long it and its descendants may take for it before they are killed
 * @param startTimeout how long it may take to be ready; then it is killed and started again
 * @param logged which of its lines are kept; all are heard
 * @param mayStart waited for before each of its starts, for as long as one may take
 */
public record DaemonSpec(
    String name,
    List<String> argv,
    Map<String, String> environment,
    Optional<SystemUser> user,
    Optional<Path> workingDirectory,
    Signal stopSignal,
    Duration stopTimeout,
    Readiness readiness,
    Duration startTimeout,
    Predicate<String> logged,
    BooleanSupplier mayStart) {

  /** Lines are kept as they come, whatever they are. */
  static final Predicate<String> EVERYTHING = _ -> true;

  /** Looks whether the daemon serves. */
  @FunctionalInterface
  public interface Readiness {
    /** For a daemon that cannot be asked: it is ready as soon as it runs. */
    Readiness RUNNING = () -> true;

    /**
     * Called again and again while it starts, in the daemon's own thread; must not take long.
     *
     * @throws Exception counts as not ready
     */
    boolean ready() throws Exception;
  }

  public DaemonSpec {
    if (!name.matches("[a-z][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException("no name of a daemon: " + name);
    }
    HostCommand checked = new HostCommand(argv, startTimeout, environment);
    argv = checked.argv();
    environment = checked.environment();
  }

  /** All of its lines are kept. */
  public DaemonSpec(
      String name,
      List<String> argv,
      Map<String, String> environment,
      Optional<SystemUser> user,
      Optional<Path> workingDirectory,
      Signal stopSignal,
      Duration stopTimeout,
      Readiness readiness,
      Duration startTimeout) {
    this(
        name,
        argv,
        environment,
        user,
        workingDirectory,
        stopSignal,
        stopTimeout,
        readiness,
        startTimeout,
        EVERYTHING,
        () -> true);
  }

  /** Ended by TERM within 10 seconds, as ourselves, ready when it runs. */
  public DaemonSpec(String name, String... argv) {
    this(
        name,
        List.of(argv),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Signal.TERM,
        Duration.ofSeconds(10),
        Readiness.RUNNING,
        Duration.ofSeconds(30));
  }

  public DaemonSpec readyWhen(Readiness probe, Duration within) {
    return new DaemonSpec(
        name,
        argv,
        environment,
        user,
        workingDirectory,
        stopSignal,
        stopTimeout,
        probe,
        within,
        logged,
        mayStart);
  }

  public DaemonSpec stoppedBy(Signal signal, Duration within) {
    return new DaemonSpec(
        name,
        argv,
        environment,
        user,
        workingDirectory,
        signal,
        within,
        readiness,
        startTimeout,
        logged,
        mayStart);
  }

  public DaemonSpec as(SystemUser somebody) {
    return new DaemonSpec(
        name,
        argv,
        environment,
        Optional.of(somebody),
        workingDirectory,
        stopSignal,
        stopTimeout,
        readiness,
        startTimeout,
        logged,
        mayStart);
  }

  public DaemonSpec in(Path directory) {
    return new DaemonSpec(
        name,
        argv,
        environment,
        user,
        Optional.of(directory),
        stopSignal,
        stopTimeout,
        readiness,
        startTimeout,
        logged,
        mayStart);
  }

  public DaemonSpec with(Map<String, String> variables) {
    return new DaemonSpec(
        name,
        argv,
        variables,
        user,
        workingDirectory,
        stopSignal,
        stopTimeout,
        readiness,
        startTimeout,
        logged,
        mayStart);
  }

  /** For one that says more than anybody may find later; asked of each line in its order. */
  public DaemonSpec logging(Predicate<String> lines) {
    return new DaemonSpec(
        name,
        argv,
        environment,
        user,
        workingDirectory,
        stopSignal,
        stopTimeout,
        readiness,
        startTimeout,
        lines,
        mayStart);
  }

  /** For one that asks for something else once, as it starts. */
  public DaemonSpec after(BooleanSupplier there) {
    return new DaemonSpec(
        name,
        argv,
        environment,
        user,
        workingDirectory,
        stopSignal,
        stopTimeout,
        readiness,
        startTimeout,
        logged,
        there);
  }
}
