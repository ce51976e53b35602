package io.homecloud.backup.run;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.CopyInMaking;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.log.RunLog;
import io.homecloud.backup.repository.RepositoryFinder;
import io.homecloud.backup.repository.RepositoryFinder.Found;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.tree.RepositoryLock;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** One attempt at a run, from finding its repository to a complete copy. */
final class RunAttempt {
  private static final Logger LOG = Logger.getLogger(RunAttempt.class);
  private static final long TELL_EVERY_NANOS = 1_000_000_000L;

  /** Longer than duplicity tries again and again what does not succeed. */
  private static final long ANSWERS_NANOS = Duration.ofMinutes(30).toNanos();

  private final RepositoryFinder repositories;
  private final RunSnapshots snapshots;
  private final SinceLastRun lastRun;
  private final RunPlans plans;
  private final Runs runs;
  private final RunStatusFactory statuses;
  private final TaskStore tasks;
  private final InstallationId installation;
  private final Clock clock;

  RunAttempt(
      RepositoryFinder repositories,
      RunSnapshots snapshots,
      SinceLastRun lastRun,
      RunPlans plans,
      Runs runs,
      RunStatusFactory statuses,
      TaskStore tasks,
      InstallationId installation,
      Clock clock) {
    this.repositories = repositories;
    this.snapshots = snapshots;
    this.lastRun = lastRun;
    this.plans = plans;
    this.runs = runs;
    this.statuses = statuses;
    this.tasks = tasks;
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

  /**
   * Whether it is to wait while its repository is away, since the next run could not go on with
   * what it has copied. With a drive that is plugged in again a run begins by itself.
   */
  boolean waits(Resource<RunSpec, RunStatus> run) {
    return plans.goOn(run)
        && runs.find(run.uid())
            .filter(now -> Runs.chain(now).isPresent() && Runs.drive(now).isEmpty())
            .filter(statuses::mayWait)
            .isPresent()
        && !(repositories.find(run.spec().repository()) instanceof Found.Unknown);
  }

  void release(Resource<RunSpec, RunStatus> run) {
    snapshots.release(run);
  }

  Ended make(Resource<RunSpec, RunStatus> run, Look look, TaskProgress progress) {
    return switch (repositories.find(run.spec().repository())) {
      case Found.Unknown _ ->
          new Ended.Not(
              Trouble.RepositoryAway,
              "There is no repository called " + run.spec().repository() + " any more.",
              Optional.empty());
      case Found.Away(String sentence) ->
          new Ended.Not(Trouble.RepositoryAway, sentence, Optional.empty());
      case Found.Here here -> locked(run, here, look, progress);
    };
  }

  private RepositoryLock.Holder holder(Resource<RunSpec, RunStatus> run) {
    return new RepositoryLock.Holder(installation.value(), run.node(), run.name().value(), now());
  }

  private Ended locked(
      Resource<RunSpec, RunStatus> run, Found.Here here, Look look, TaskProgress progress) {
    try {
      return switch (here.copies().lock(holder(run))) {
        case Copies.Locked.Held(String sentence) ->
            new Ended.Not(Trouble.RepositoryLocked, sentence, Optional.of(here));
        case Copies.Locked.Taken(Copies.Lock lock) -> {
          try (lock) {
            yield copy(run, here, look, progress);
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

  private CopyInMaking copy(Resource<RunSpec, RunStatus> run, Found.Here here) throws IOException {
    return here.copies().copy(installation.value(), run.spec().plan(), run.spec().at());
  }

  private Ended copy(
      Resource<RunSpec, RunStatus> run, Found.Here here, Look look, TaskProgress progress)
      throws IOException {
    CopyInMaking copy = copy(run, here);
    Optional<RunMark> complete = copy.complete();
    if (complete.isPresent()) {
      return alreadyThere(run, copy, complete.get(), here);
    }
    Instant started = started(run, copy.copy());
    switch (snapshots.take(run, progress)) {
      case RunSnapshots.Result.Not(Trouble trouble, String sentence) -> {
        return progress.cancelled()
            ? new Ended.Stopped()
            : new Ended.Not(trouble, sentence, Optional.of(here));
      }
      case RunSnapshots.Result.All(Map<Name, Taken> taken) -> {
        RunLog.tell(
            "homecloud",
            "There are snapshots of %s; it is copied to %s."
                .formatted(
                    taken.keySet().stream().map(Name::value).sorted().toList(), copy.copy()));
        CopyInMaking.Order order =
            new CopyInMaking.Order(
                run.uid().toString(),
                run.spec().sources(),
                taken,
                lastRun.of(run, taken),
                look,
                plans.timetable(run));
        Told told = new Told(run, copy.copy(), runs.contentsBefore(run), progress);
        Ended ended =
            end(copy, order, here, told::copying, contents -> mark(run, order, started, contents));
        return ended instanceof Ended.Complete || !progress.cancelled()
            ? ended
            : new Ended.Stopped();
      }
    }
  }

  private Ended alreadyThere(
      Resource<RunSpec, RunStatus> run, CopyInMaking copy, RunMark mark, Found.Here here) {
    if (!mark.uid().equals(run.uid())) {
      return new Ended.Not(
          Trouble.CopyFailed,
          "There is another copy of the same second: " + copy.copy() + ".",
          Optional.of(here));
    }
    try {
      copy.settle();
    } catch (IOException e) {
      // It is complete all the same; the next one does it.
      LOG.warnf("%s is complete, and beside it something is not tidy: %s", copy.copy(), e);
    }
    return new Ended.Complete(mark, copy.copy());
  }

  private Ended end(
      CopyInMaking copy,
      CopyInMaking.Order order,
      Found.Here here,
      Consumer<CopyProgress> listener,
      Function<Contents, RunMark> mark)
      throws IOException {
    CopyInMaking.Made made;
    try {
      made = copy.make(order, listener, mark);
    } catch (IOException e) {
      LOG.warnf("run to %s: %s", copy.copy(), e);
      made = new CopyInMaking.Made.Not(IoTrouble.of(e), IoTrouble.sentence(e));
    } catch (CancellationException e) {
      return new Ended.Stopped();
    }
    return switch (made) {
      case CopyInMaking.Made.Complete(RunMark complete) ->
          new Ended.Complete(complete, copy.copy());
      case CopyInMaking.Made.Not(Trouble trouble, String sentence) -> {
        if (trouble == Trouble.TargetFull) {
          // A half copy would leave no room for anybody.
          copy.giveUp();
        }
        yield new Ended.Not(trouble, sentence, Optional.of(here));
      }
    };
  }

  /**
   * Takes away what was copied: who cancels a run wants nothing of it.
   *
   * @return why that cannot be
   */
  Optional<String> giveUp(Resource<RunSpec, RunStatus> run) {
    String tree = run.status() == null ? null : run.status().tree();
    if (tree == null) {
      return Optional.empty();
    }
    return switch (repositories.find(run.spec().repository())) {
      case Found.Unknown _ -> Optional.empty();
      case Found.Away(String sentence) -> Optional.of(sentence);
      case Found.Here here -> here.copies().away(tree).or(() -> giveUp(run, here));
    };
  }

  private Optional<String> giveUp(Resource<RunSpec, RunStatus> run, Found.Here here) {
    try {
      return switch (here.copies().lock(holder(run))) {
        case Copies.Locked.Held(String sentence) -> Optional.of(sentence);
        case Copies.Locked.Taken(Copies.Lock lock) -> {
          try (lock) {
            copy(run, here).giveUp();
          }
          yield Optional.empty();
        }
      };
    } catch (IOException e) {
      LOG.warnf("what run %s has copied stays: %s", run.name(), e);
      return Optional.of(IoTrouble.sentence(e));
    }
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
    runs.update(run.uid(), row -> statuses.running(row, null, tree, false), facts);
    return earlier == null ? now() : earlier;
  }

  private RunMark mark(
      Resource<RunSpec, RunStatus> run,
      CopyInMaking.Order order,
      Instant started,
      Contents contents) {
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
        contents);
  }

  private static RunMark.Origin origin(Source source, Map<Name, Taken> snapshots) {
    Taken taken = java.util.Objects.requireNonNull(snapshots.get(source.volume()));
    return new RunMark.Origin(
        source.volume(),
        taken.volume().uid(),
        source.encodedPath(),
        taken.volume().rights().owner(),
        taken.volume().rights().mode());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Progress on its way to the run's status and its task. */
  private final class Told {
    private final Resource<RunSpec, RunStatus> run;
    private final String tree;
    private final Optional<Contents> before;
    private final TaskProgress progress;
    private final long began = System.nanoTime();
    private long told = System.nanoTime() - TELL_EVERY_NANOS;

    Told(
        Resource<RunSpec, RunStatus> run,
        String tree,
        Optional<Contents> before,
        TaskProgress progress) {
      this.before = before;
      this.run = run;
      this.tree = tree;
      this.progress = progress;
    }

    void copying(CopyProgress now) {
      progress.report(now.checked(), now.known(), "files");
      if (System.nanoTime() - told < TELL_EVERY_NANOS) {
        return;
      }
      told = System.nanoTime();
      RunStatus.Progress far = RunStatus.Progress.of(now, (told - began) / 1_000_000, before);
      try {
        boolean answers = told - began > ANSWERS_NANOS;
        runs.update(run.uid(), row -> statuses.running(row, far, tree, answers), List.of());
      } catch (RuntimeException e) {
        LOG.debug("progress was not written", e);
      }
    }
  }
}
