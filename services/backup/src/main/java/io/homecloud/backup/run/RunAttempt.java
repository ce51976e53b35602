package io.homecloud.backup.run;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.repository.RepositoryFinder;
import io.homecloud.backup.repository.RepositoryFinder.Found;
import io.homecloud.backup.rsync.RsyncProgress;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.tree.Looked;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.backup.tree.PlanTrees;
import io.homecloud.backup.tree.RepositoryLock;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.backup.tree.Trees;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.control.task.TaskStore;
import io.homecloud.events.Fact;
import io.homecloud.events.backup.BackupFact;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** One attempt at a run, from finding its repository to a complete copy. */
final class RunAttempt {
  private static final Logger LOG = Logger.getLogger(RunAttempt.class);
  private static final long TELL_EVERY_NANOS = 1_000_000_000L;

  private final RepositoryFinder repositories;
  private final RunSnapshots snapshots;
  private final SinceLastRun lastRun;
  private final RunJob job;
  private final Runs runs;
  private final RunStatusFactory statuses;
  private final TaskStore tasks;
  private final MarkFiles marks;
  private final InstallationId installation;
  private final Clock clock;

  RunAttempt(
      RepositoryFinder repositories,
      RunSnapshots snapshots,
      SinceLastRun lastRun,
      RunJob job,
      Runs runs,
      RunStatusFactory statuses,
      TaskStore tasks,
      MarkFiles marks,
      InstallationId installation,
      Clock clock) {
    this.repositories = repositories;
    this.snapshots = snapshots;
    this.lastRun = lastRun;
    this.job = job;
    this.runs = runs;
    this.statuses = statuses;
    this.tasks = tasks;
    this.marks = marks;
    this.installation = installation;
    this.clock = clock;
  }

  /** How an attempt ended. */
  sealed interface Ended {
    record Complete(RunMark mark, String tree) implements Ended {}

    record Not(Trouble trouble, String sentence, Optional<Found.Here> at) implements Ended {}

    /** Nobody wants it any more, or the service stops. */
    record Stopped() implements Ended {}
  }

  boolean isCancelled(UUID task) {
    return tasks.find(task).filter(Task::cancelRequested).isPresent();
  }

  void release(Resource<RunSpec, RunStatus> run) {
    snapshots.release(run);
  }

  Ended make(Resource<RunSpec, RunStatus> run, Look look, UUID task, TaskProgress progress) {
    return switch (repositories.find(run.spec().repository())) {
      case Found.Unknown _ ->
          new Ended.Not(
              Trouble.RepositoryAway,
              "There is no repository called " + run.spec().repository() + " any more.",
              Optional.empty());
      case Found.Away(String sentence) ->
          new Ended.Not(Trouble.RepositoryAway, sentence, Optional.empty());
      case Found.Here here -> locked(run, here, look, task, progress);
    };
  }

  private Ended locked(
      Resource<RunSpec, RunStatus> run,
      Found.Here here,
      Look look,
      UUID task,
      TaskProgress progress) {
    RepositoryLock.Holder holder =
        new RepositoryLock.Holder(installation.value(), run.node(), run.name().value(), now());
    try {
      return switch (RepositoryLock.take(here.trees().lockDirectory(), holder, marks)) {
        case RepositoryLock.Asked.Held(String sentence) ->
            new Ended.Not(Trouble.RepositoryLocked, sentence, Optional.of(here));
        case RepositoryLock.Asked.Taken(RepositoryLock lock) -> {
          try (lock) {
            yield copy(run, here, look, task, progress);
          }
        }
      };
    } catch (IOException e) {
      if (progress.cancelled()) {
        return new Ended.Stopped();
      }
      LOG.warnf("run %s: %s", run.name(), e);
      return new Ended.Not(IoTrouble.of(e), IoTrouble.sentence(e), Optional.of(here));
    }
  }

  private Ended copy(
      Resource<RunSpec, RunStatus> run,
      Found.Here here,
      Look look,
      UUID task,
      TaskProgress progress)
      throws IOException {
    Trees trees = here.trees();
    PlanTrees plan = trees.plan(installation.value(), run.spec().plan());
    TreePlace place = plan.place(TreePlace.stamp(run.spec().at()));
    String tree = trees.path(place);
    Optional<RunMark> complete = plan.complete(place);
    if (complete.isPresent()) {
      return alreadyThere(run, plan, complete.get(), tree, here);
    }
    Instant started = started(run, tree);
    switch (snapshots.take(run, progress)) {
      case RunSnapshots.Result.Not(Trouble trouble, String sentence) -> {
        return new Ended.Not(trouble, sentence, Optional.of(here));
      }
      case RunSnapshots.Result.All(Map<Name, Taken> taken) -> {
        RunJob.Order order =
            new RunJob.Order(
                run.uid().toString(),
                run.spec().sources(),
                taken,
                trees,
                plan,
                place,
                lastRun.of(run, taken),
                look);
        Told told = new Told(run, tree, progress);
        Ended ended =
            end(
                order,
                here,
                tree,
                told::copying,
                (contents, looked) -> mark(run, order, started, contents, looked));
        return ended instanceof Ended.Complete || !progress.cancelled()
            ? ended
            : stopped(task, plan);
      }
    }
  }

  private Ended alreadyThere(
      Resource<RunSpec, RunStatus> run, PlanTrees plan, RunMark mark, String tree, Found.Here here)
      throws IOException {
    if (!mark.uid().equals(run.uid())) {
      return new Ended.Not(
          Trouble.CopyFailed,
          "There is another copy of the same second: " + tree + ".",
          Optional.of(here));
    }
    plan.settle();
    return new Ended.Complete(mark, tree);
  }

  private Ended end(
      RunJob.Order order,
      Found.Here here,
      String tree,
      Consumer<RsyncProgress> listener,
      RunJob.Marking mark)
      throws IOException {
    RunJob.Ended ended;
    try {
      ended = job.run(order, listener, mark);
    } catch (IOException e) {
      LOG.warnf("run to %s: %s", tree, e);
      ended = new RunJob.Ended.Not(IoTrouble.of(e), IoTrouble.sentence(e));
    } catch (CancellationException e) {
      return new Ended.Stopped();
    }
    return switch (ended) {
      case RunJob.Ended.Complete(RunMark complete) -> new Ended.Complete(complete, tree);
      case RunJob.Ended.Not(Trouble trouble, String sentence) -> {
        if (trouble == Trouble.TargetFull) {
          // A half copy would leave no room for anybody.
          order.plan().giveUp();
        }
        yield new Ended.Not(trouble, sentence, Optional.of(here));
      }
    };
  }

  /** Who cancels a run wants nothing of it; when the service stops, the next one goes on. */
  private Ended stopped(UUID task, PlanTrees plan) throws IOException {
    boolean _ = Thread.interrupted();
    if (isCancelled(task)) {
      plan.giveUp();
    }
    return new Ended.Stopped();
  }

  private Instant started(Resource<RunSpec, RunStatus> run, String tree) {
    Instant earlier = run.status() == null ? null : run.status().startedAt();
    List<Fact> facts =
        earlier == null
            ? List.of(
                new BackupFact.BackupStarted(
                    run.uid(),
                    run.name().value(),
                    run.node(),
                    run.spec().plan().value(),
                    run.spec().repository().value()))
            : List.of();
    runs.update(run.uid(), row -> statuses.running(row, null, tree), facts);
    return earlier == null ? now() : earlier;
  }

  private RunMark mark(
      Resource<RunSpec, RunStatus> run,
      RunJob.Order order,
      Instant started,
      Contents contents,
      Looked looked) {
    return new RunMark(
        RunMark.FORMAT,
        run.uid(),
        run.name(),
        run.spec().plan(),
        installation.value(),
        run.node(),
        started,
        now(),
        run.spec().sources().stream().map(source -> origin(source, order.snapshots())).toList(),
        contents,
        looked);
  }

  private static RunMark.Origin origin(Source source, Map<Name, Taken> snapshots) {
    Taken taken = java.util.Objects.requireNonNull(snapshots.get(source.volume()));
    return new RunMark.Origin(
        source.volume(), taken.volume().uid(), source.encodedPath(), taken.volume().owner());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Progress on its way to the run's status and its task. */
  private final class Told {
    private final Resource<RunSpec, RunStatus> run;
    private final String tree;
    private final TaskProgress progress;
    private final long began = System.nanoTime();
    private long told = System.nanoTime() - TELL_EVERY_NANOS;

    Told(Resource<RunSpec, RunStatus> run, String tree, TaskProgress progress) {
      this.run = run;
      this.tree = tree;
      this.progress = progress;
    }

    void copying(RsyncProgress now) {
      progress.report(now.checked(), now.known(), "files");
      if (System.nanoTime() - told < TELL_EVERY_NANOS) {
        return;
      }
      told = System.nanoTime();
      RunStatus.Progress far = RunStatus.Progress.of(now, (told - began) / 1_000_000);
      try {
        runs.update(run.uid(), row -> statuses.running(row, far, tree), List.of());
      } catch (RuntimeException e) {
        LOG.debug("progress was not written", e);
      }
    }
  }
}
