package io.homecloud.backup.run;

import io.homecloud.backup.hook.HookRunner;
import io.homecloud.backup.hook.HookRunner.Occasion;
import io.homecloud.backup.hook.Hooks;
import io.homecloud.backup.hook.Hooks.Moment;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.source.StorageVolumes.Rights;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.resource.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * What is done around a run, as its plan wanted it when the run began: what was stopped goes on by
 * what belongs to it, also when the plan has other hooks meanwhile, or is gone.
 */
final class RunHooks {
  private static final Logger LOG = Logger.getLogger(RunHooks.class);

  private final RunPlans plans;
  private final HookRunner runner;
  private final StorageVolumes storage;

  /** What went wrong after the snapshot was there; told when the run ends. */
  private final Map<UUID, String> troubles = new ConcurrentHashMap<>();

  RunHooks(RunPlans plans, HookRunner runner, StorageVolumes storage) {
    this.plans = plans;
    this.runner = runner;
    this.storage = storage;
  }

  /**
   * Does what is to be done before the snapshot; {@link #goOn} or {@link #goOnWithout} has to
   * follow.
   *
   * @return a sentence when it failed
   */
  Optional<String> before(Resource<RunSpec, RunStatus> run) {
    // With those of then, when it was killed while something was stopped.
    Optional<Hooks> hooks = runner.isStopped(run.uid()) ? hooks(run) : plans.hooks(run);
    if (hooks.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (hooks.get().equals(Hooks.NONE)) {
        runner.stopsNothing(run.uid());
        return Optional.empty();
      }
      runner.stops(run.uid(), hooks.get());
    } catch (IOException e) {
      return Optional.of("There is no place for what hooks make: " + e.getMessage());
    }
    return run(run, Moment.before, RunState.Running);
  }

  private Optional<Hooks> hooks(Resource<RunSpec, RunStatus> run) {
    return runner.begunWith(run.uid()).or(() -> plans.hooks(run));
  }

  private Optional<String> run(Resource<RunSpec, RunStatus> run, Moment moment, RunState state) {
    return hooks(run)
        .flatMap(all ->
            runner.run(
                new Occasion(run.uid(), run.name(), run.spec().plan(), state.name()),
                all,
                moment,
                this::mounted));
  }

  /** The snapshot is there: what was stopped for it goes on. */
  void goOn(Resource<RunSpec, RunStatus> run) {
    goOn(run, false);
  }

  /**
   * There is no snapshot: what was stopped for it goes on, also what a service that was killed had
   * stopped, and is stopped anew should the run go on later. Nothing when nothing is stopped.
   */
  void goOnWithout(Resource<RunSpec, RunStatus> run) {
    if (runner.isStopped(run.uid())) {
      goOn(run, true);
    }
  }

  private void goOn(Resource<RunSpec, RunStatus> run, boolean again) {
    // Also when the run was cancelled meanwhile: it is not asked for again.
    boolean interrupted = Thread.interrupted();
    try {
      run(run, Moment.afterSnapshot, RunState.Running)
          .ifPresent(sentence -> trouble(run, sentence));
      runner.goneOn(run.uid(), again);
    } catch (IOException e) {
      LOG.warnf("run %s: %s", run.name(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void trouble(Resource<RunSpec, RunStatus> run, String sentence) {
    LOG.warnf("run %s: %s", run.name(), sentence);
    troubles.merge(run.uid(), sentence, (one, more) -> one + " " + more);
  }

  /**
   * What is to be done when the run has ended.
   *
   * @return a sentence when that failed, or what was to be done when the snapshot was there
   */
  Optional<String> ended(Resource<RunSpec, RunStatus> run, RunState state) {
    run(run, Moment.after, state).ifPresent(sentence -> trouble(run, sentence));
    return Optional.ofNullable(troubles.remove(run.uid()));
  }

  /** Whether a run that has ended was killed before all was done that is to be done then. */
  boolean isLeft(UUID run) {
    return runner.begunWith(run).isPresent();
  }

  private Optional<Path> mounted(Name volume) {
    try {
      return storage.awaited(volume) instanceof Said.Yes<Volume>(Volume found)
          ? Optional.of(found.mounted())
          : Optional.empty();
    } catch (Away e) {
      return Optional.empty();
    }
  }

  /** What was dumped, as if it were a volume. */
  Optional<Taken> dumps(Resource<RunSpec, RunStatus> run) {
    Path files = runner.files(run.uid());
    return Files.isDirectory(files)
        ? Optional.of(
            new Taken(
                new Volume(new UUID(0, 0), Source.DUMPS, files, new Rights("0:0", null)), files))
        : Optional.empty();
  }

  void forget(UUID run) {
    runner.forget(run);
  }

  /** Forgets those that nobody needs any more. */
  void sweep(Predicate<UUID> unneeded) {
    runner.known().stream().filter(unneeded).forEach(runner::forget);
  }
}
