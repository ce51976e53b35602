package io.homecloud.backup.run;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.hook.HookRunner;
import io.homecloud.backup.log.RunLogs;
import io.homecloud.backup.repository.FoundRuns;
import io.homecloud.backup.repository.RepositoryFinder;
import io.homecloud.backup.source.StorageChanges;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.ask.Away;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.SignalledLoop;
import java.util.Optional;
import java.util.UUID;

/** Runs, assembled. */
public final class RunFeature implements AutoCloseable {
  private final ControlPlane plane;
  private final Runs runs;
  private final RunOrders orders;
  private final RunTimes times;
  private final RunReconciler reconciler;
  private final RunTask task;
  private final RunSnapshots snapshots;
  private final KnownCopies copies;
  private final RunFiles files;
  private final RunLogs logs;
  private final ResourceApi<RunSpec, RunStatus> api;
  private final SignalledLoop sweeper =
      new SignalledLoop(
          "backup-sweeper", "snapshots of earlier runs are given back later", this::sweep);
  private volatile boolean started;

  public RunFeature(
      ControlPlane plane,
      RepositoryFinder repositories,
      StorageVolumes storage,
      StorageChanges changes,
      HookRunner hookRunner,
      int runsPerDisk,
      InstallationId installation,
      RunUse use,
      RunLogs logs,
      FetchedTrees fetched) {
    this.plane = plane;
    this.logs = logs;
    this.runs = new Runs(plane.resources());
    RunStatusFactory statuses = new RunStatusFactory(plane.clock());
    this.orders = new RunOrders(plane, runs, statuses);
    this.times = new RunTimes(plane.plausibleClock());
    RunPlans plans = new RunPlans(plane.resources(), plane.clock());
    RunHooks hooks = new RunHooks(plans, hookRunner, storage);
    this.snapshots =
        new RunSnapshots(
            storage,
            runs,
            new LastSnapshots(plane.resources(), runs, times, plane.clock()),
            hooks,
            plane.tasks());
    this.reconciler =
        new RunReconciler(repositories, runs, statuses, use, plane.tasks(), logs, plane::wake);
    this.copies = new KnownCopies(plane, statuses, installation);
    this.files = new RunFiles(repositories, fetched);
    RunAttempt attempt =
        new RunAttempt(
            repositories,
            snapshots,
            new SinceLastRun(runs, changes),
            plans,
            runs,
            statuses,
            plane.tasks(),
            installation,
            plane.clock());
    this.task =
        new RunTask(
            attempt,
            runs,
            statuses,
            new RunTask.Around(
                plans,
                hooks,
                new RunDisks(plane.resources(), storage),
                new DiskTurns(runsPerDisk),
                logs),
            new RunTask.Aftermath() {
              @Override
              public void ended(Resource<RunSpec, RunStatus> run) {
                RunFeature.this.ended(run);
              }

              @Override
              public void paused(Resource<RunSpec, RunStatus> run) {
                wakePlan(run);
              }
            });
    this.api =
        new ResourceApi<>(
                BackupKinds.RUN,
                BackupKinds.API + "/runs",
                new RunAdmission(plane.resources(), runs, use, plane.node()),
                plane.room())
            .waitingFor(run -> run.ready() || Runs.endedAsWished(run));
    plane.database().subscribe(Signal.Topic.RESYNC, _ -> sweepSoon());
  }

  /** Its plan keeps to its retention, and the repository says how much room is left. */
  private void ended(Resource<RunSpec, RunStatus> run) {
    sweepSoon();
    plane.wake(run.uid());
    wakePlan(run);
    plane
        .resources()
        .find(BackupKinds.REPOSITORY, run.spec().repository())
        .ifPresent(repository -> plane.wake(repository.uid()));
  }

  private void wakePlan(Resource<RunSpec, RunStatus> run) {
    if (run.parent() != null) {
      plane.wake(run.parent());
    }
  }

  /** Storage can be asked from now on. */
  public void start() {
    started = true;
    sweeper.start();
  }

  @Override
  public void close() {
    if (started) {
      sweeper.close();
    }
  }

  /** Has {@link #sweep} done, until it succeeds. */
  public void sweepSoon() {
    sweeper.wake();
  }

  /** Gives back the snapshots of runs that are not there to do it, and forgets their logs. */
  public void sweep() {
    try {
      snapshots.sweep();
    } catch (Away e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    logs.sweep(run -> runs.find(run).isEmpty());
  }

  /**
   * Keeps it whatever its plan's retention says, or not any more.
   *
   * @param ifMatch of the run as the caller knows it
   */
  public void pin(Name name, Optional<Long> ifMatch, boolean pinned) {
    var _ =
        plane
            .resources()
            .change(
                BackupKinds.RUN,
                name,
                ifMatch,
                before -> new Wish<>(before.spec().pinned(pinned), before.metadata().labels()));
  }

  /** Asks its task to stop; nothing when it has ended. */
  public void cancel(UUID run) {
    cancelTasks(run);
    orders.giveUp(run);
    // Its hours may have begun meanwhile, and then it goes on by a task that was not there before.
    cancelTasks(run);
    // Once that is committed: of a task that never began nobody else tells its end.
    plane.resources().useTransaction(transaction -> transaction.signal(Signal.Topic.WISH, run));
  }

  private void cancelTasks(UUID run) {
    for (var one : plane.tasks().unfinished(run)) {
      if (!RunOrders.givesUp(one)) {
        var _ = plane.tasks().requestCancel(one.id());
      }
    }
  }

  public Runs runs() {
    return runs;
  }

  public RunOrders orders() {
    return orders;
  }

  /** Which of the runs of a plan is the newest. */
  public RunTimes times() {
    return times;
  }

  public RunLogs logs() {
    return logs;
  }

  public RunFiles files() {
    return files;
  }

  public FoundRuns copies() {
    return copies;
  }

  public RunReconciler reconciler() {
    return reconciler;
  }

  public TaskHandler task() {
    return task;
  }

  public ResourceApi<RunSpec, RunStatus> api() {
    return api;
  }
}
