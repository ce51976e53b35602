package io.homecloud.backup.run;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.control.task.TaskStore;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/** The snapshots that a run copies from: taken of storage, and given back whatever happens. */
public final class RunSnapshots {
  private static final Logger LOG = Logger.getLogger(RunSnapshots.class);

  private final StorageVolumes storage;
  private final Runs runs;
  private final LastSnapshots last;
  private final RunHooks hooks;
  private final TaskStore tasks;

  RunSnapshots(
      StorageVolumes storage, Runs runs, LastSnapshots last, RunHooks hooks, TaskStore tasks) {
    this.storage = storage;
    this.runs = runs;
    this.last = last;
    this.hooks = hooks;
    this.tasks = tasks;
  }

  /** What came of it. */
  sealed interface Result {
    record All(Map<Name, Taken> taken) implements Result {}

    record Not(Trouble trouble, String sentence) implements Result {}
  }

  /** One of each volume, and what was dumped before; those of an earlier attempt are used again. */
  Result take(Resource<RunSpec, RunStatus> run, TaskProgress progress) {
    boolean all = false;
    try {
      Result result =
          hooks
              .before(run)
              .<Result>map(sentence -> new Result.Not(Trouble.HookFailed, sentence))
              .orElseGet(() -> takeAll(run, progress));
      all = result instanceof Result.All;
      return result;
    } finally {
      if (all) {
        hooks.goOn(run);
      } else {
        hooks.goOnWithout(run);
      }
    }
  }

  private Result takeAll(Resource<RunSpec, RunStatus> run, TaskProgress progress) {
    Map<Name, Taken> taken = new HashMap<>();
    hooks.dumps(run).ifPresent(dumps -> taken.put(Source.DUMPS, dumps));
    for (Name volume : volumes(run)) {
      Said<Taken> said;
      try {
        said =
            StorageWait.insisting(
                progress, () -> storage.snapshot(name(run, volume), volume, run.uid()));
      } catch (Away e) {
        return new Result.Not(
            Trouble.StorageAway, "Storage does not answer, so there is nothing to copy from.");
      }
      switch (said) {
        case Said.No<Taken>(String sentence) -> {
          return new Result.Not(Trouble.SourceGone, sentence);
        }
        case Said.Yes<Taken>(Taken one) -> {
          if (!Files.isDirectory(one.path())) {
            return new Result.Not(
                Trouble.SourceGone, "The snapshot of volume " + volume + " is not on this node.");
          }
          taken.put(volume, one);
        }
      }
    }
    return new Result.All(taken);
  }

  private static List<Name> volumes(Resource<RunSpec, RunStatus> run) {
    return run.spec().sources().stream()
        .map(Source::volume)
        .filter(volume -> !volume.equals(Source.DUMPS))
        .distinct()
        .toList();
  }

  /** How the snapshot of a volume for a run is called. */
  static Name name(Resource<RunSpec, RunStatus> run, Name volume) {
    return new Name("backup-" + run.uid() + "-" + volumes(run).indexOf(volume));
  }

  /**
   * Gives them back, unless the next run needs them; what does not succeed, {@link #sweep} makes up
   * for.
   */
  void release(Resource<RunSpec, RunStatus> run) {
    hooks.forget(run.uid());
    storage.release(run.uid());
    if (runs.find(run.uid()).filter(last::stay).isPresent()) {
      return;
    }
    for (Name volume : volumes(run)) {
      try {
        storage.release(name(run, volume));
      } catch (Away e) {
        LOG.warnf("a snapshot of run %s is given back later: %s", run.name(), e.getMessage());
      }
    }
  }

  /**
   * Gives back what runs took that have ended, or that nobody knows of any more, but for what the
   * next run of a plan needs.
   */
  public void sweep() throws Away {
    // One that has ended may still do what is to be done afterwards.
    hooks.sweep(
        uid -> runs.find(uid).filter(Runs::underWay).isEmpty() && tasks.unfinished(uid).isEmpty());
    storage.sweep(uid -> runs.find(uid).filter(Runs::underWay).isPresent());
    for (Map.Entry<Name, String> snapshot : storage.snapshotsOfRuns().entrySet()) {
      UUID run;
      try {
        run = UUID.fromString(snapshot.getValue());
      } catch (IllegalArgumentException e) {
        continue;
      }
      if (runs.find(run).filter(found -> Runs.underWay(found) || last.stay(found)).isEmpty()) {
        storage.release(snapshot.getKey());
      }
    }
  }
}
