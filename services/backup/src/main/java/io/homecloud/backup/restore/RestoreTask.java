package io.homecloud.backup.restore;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.run.DatabaseWait;
import io.homecloud.backup.run.Interrupting;
import io.homecloud.backup.run.IoTrouble;
import io.homecloud.backup.run.RunFiles;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.StorageWait;
import io.homecloud.backup.source.PeoplesHomes;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.source.StorageVolumes.Rights;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.events.Fact;
import io.homecloud.events.backup.BackupFact;
import io.homecloud.events.database.ServiceDatabase;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Carries out a restore; after a crash it is called again and goes on. */
final class RestoreTask implements TaskHandler {
  static final String ACTION = "restore";

  private static final Logger LOG = Logger.getLogger(RestoreTask.class);
  private static final int LONGEST_PREFIX = 35;
  private static final long TELL_EVERY_NANOS = 1_000_000_000L;

  private final ControlPlane plane;
  private final RestoreJob job;
  private final RunFiles files;
  private final StorageVolumes storage;
  private final PeoplesHomes homes;
  private final RestoreStatusFactory statuses;

  RestoreTask(
      ControlPlane plane,
      RestoreJob job,
      RunFiles files,
      StorageVolumes storage,
      PeoplesHomes homes,
      RestoreStatusFactory statuses) {
    this.homes = homes;
    this.plane = plane;
    this.job = job;
    this.files = files;
    this.storage = storage;
    this.statuses = statuses;
  }

  @Override
  public String action() {
    return ACTION;
  }

  /** How an attempt ended. */
  private sealed interface Ended {
    record Complete(PutInPlace.Tally tally) implements Ended {}

    record Not(Trouble trouble, String sentence) implements Ended {}

    record Stopped(Optional<RestoreJob.Order> order) implements Ended {}
  }

  @Override
  public TaskResult run(Task task, TaskProgress progress) {
    UUID uid = Objects.requireNonNull(task.resource()).uid();
    Optional<Resource<RestoreSpec, RestoreStatus>> found =
        DatabaseWait.insisting(progress, () -> plane.resources().find(BackupKinds.RESTORE, uid));
    if (found.isEmpty() || (found.get().status() != null && found.get().status().state().ended())) {
      return new TaskResult.Done(null, List.of());
    }
    Resource<RestoreSpec, RestoreStatus> restore = found.get();
    return switch (attempt(restore, progress)) {
      case Ended.Complete(PutInPlace.Tally tally) -> {
        write(
            restore,
            row -> statuses.completed(row, tally),
            List.of(
                new BackupFact.RestoreCompleted(
                    uid,
                    restore.name().value(),
                    restore.node(),
                    restore.spec().run().value(),
                    tally.restored())),
            progress);
        yield new TaskResult.Done(tally, List.of());
      }
      case Ended.Not(Trouble trouble, String sentence) -> {
        write(
            restore,
            row -> statuses.notCompleted(row, RunState.Failed, trouble.name(), sentence),
            List.of(),
            progress);
        yield new TaskResult.CouldNot(sentence);
      }
      case Ended.Stopped(var order) -> {
        if (isCancelled(task)) {
          order.ifPresent(this::giveUp);
          write(
              restore,
              row ->
                  statuses.notCompleted(
                      row,
                      RunState.Cancelled,
                      "Cancelled",
                      "It was cancelled; what had come into place stays."),
              List.of(),
              progress);
        }
        yield new TaskResult.Stopped();
      }
    };
  }

  private boolean isCancelled(Task task) {
    return plane.tasks().find(task.id()).filter(Task::cancelRequested).isPresent();
  }

  private void giveUp(RestoreJob.Order order) {
    try {
      job.giveUp(order.id(), order.volume());
    } catch (IOException e) {
      LOG.warnf("what restore %s has copied stays: %s", order.id(), e.getMessage());
    }
  }

  private Ended attempt(Resource<RestoreSpec, RestoreStatus> restore, TaskProgress progress) {
    Optional<RestoreJob.Order> order = Optional.empty();
    try (Interrupting _ = new Interrupting(progress)) {
      Resource<RunSpec, RunStatus> run =
          plane.resources().find(BackupKinds.RUN, restore.spec().run()).orElse(null);
      if (run == null) {
        return new Ended.Not(
            Trouble.SourceGone, "Run " + restore.spec().run() + " is not there any more.");
      }
      Wanted wanted = Wanted.of(restore.spec(), run.spec());
      write(restore, row -> statuses.running(row, wanted.target(), null), List.of(), progress);
      // A repository of drives cannot be found before storage answers.
      boolean _ = StorageWait.insisting(progress, () -> storage.has(wanted.target()));
      RunFiles.Whole copy = files.copy(run);
      switch (StorageWait.insisting(progress, () -> target(restore, wanted, copy))) {
        case Said.No<Volume>(String sentence) -> {
          return new Ended.Not(Trouble.SourceGone, sentence);
        }
        case Said.Yes<Volume>(Volume volume) -> {
          Optional<String> unkept = StorageWait.insisting(progress, () -> unkept(restore, wanted));
          if (unkept.isPresent()) {
            return new Ended.Not(
                Trouble.SourceGone,
                "Nothing was replaced, since the volume could not be kept as a snapshot before. "
                    + unkept.get());
          }
          order =
              Optional.of(
                  new RestoreJob.Order(
                      restore.uid(),
                      copy,
                      wanted,
                      restore.spec().rule(),
                      isNew(restore.spec().target()),
                      volume.mounted()));
        }
      }
      RestoreJob.Ended ended =
          job.run(
              order.get(),
              new Told(restore, wanted.target(), progress)::copying,
              progress::cancelled);
      if (progress.cancelled()) {
        return new Ended.Stopped(order);
      }
      return switch (ended) {
        case RestoreJob.Ended.Complete(var tally) -> new Ended.Complete(tally);
        case RestoreJob.Ended.Not(Trouble trouble, String sentence) ->
            failed(order, trouble, sentence);
      };
    } catch (CancellationException e) {
      return new Ended.Stopped(order);
    } catch (Away e) {
      return progress.cancelled()
          ? new Ended.Stopped(order)
          : new Ended.Not(Trouble.StorageAway, "Storage does not answer; try again when it does.");
    } catch (ProblemException e) {
      return new Ended.Not(Trouble.RepositoryAway, e.detail());
    } catch (IOException e) {
      if (progress.cancelled()) {
        return new Ended.Stopped(order);
      }
      LOG.warnf("restore %s: %s", restore.name(), e);
      return failed(order, IoTrouble.of(e), IoTrouble.sentence(e));
    } catch (RuntimeException e) {
      if (progress.cancelled()) {
        return new Ended.Stopped(order);
      }
      if (ServiceDatabase.isAway(e)) {
        // Begun again when it is there, it goes on from what it has copied.
        throw e;
      }
      LOG.errorf(e, "restore %s failed", restore.name());
      return new Ended.Not(
          Trouble.CopyFailed,
          "Something went wrong in homecloud; the log of the service says what.");
    }
  }

  /**
   * What was copied waits for the next attempt, but where it leaves no room for anybody, or may be
   * damaged.
   */
  private Ended failed(Optional<RestoreJob.Order> order, Trouble trouble, String sentence) {
    if (trouble == Trouble.TargetFull || trouble == Trouble.CopyDamaged) {
      order.ifPresent(this::giveUp);
    }
    return new Ended.Not(trouble, sentence);
  }

  private Said<Volume> target(
      Resource<RestoreSpec, RestoreStatus> restore, Wanted wanted, RunFiles.Whole copy)
      throws Away, IOException {
    RestoreSpec.Target target = restore.spec().target();
    RestoreSpec.NewVolume fresh = target == null ? null : target.newVolume();
    return fresh == null
        ? storage.awaited(wanted.target())
        : storage.makeVolume(
            fresh.name(), fresh.pool(), rights(wanted.source(), copy), restore.uid());
  }

  /**
   * Keeps a volume as it is, where files of it may be replaced: it is easily asked for, and a
   * manifest that asked for it once is applied again when nobody thinks of it. What is older by its
   * time may be the one that is wanted.
   *
   * @return why that cannot be
   */
  private Optional<String> unkept(Resource<RestoreSpec, RestoreStatus> restore, Wanted wanted)
      throws Away {
    if (restore.spec().rule() == RestoreSpec.Overwrite.never || isNew(restore.spec().target())) {
      return Optional.empty();
    }
    String volume = wanted.target().value();
    int attempt = restore.status() == null ? 1 : restore.status().begun();
    Name name =
        new Name(
            "%s-before-%s-%d"
                .formatted(
                    volume.substring(0, Math.min(LONGEST_PREFIX, volume.length())),
                    restore.uid().toString().substring(0, 8),
                    attempt));
    return storage.present(name, wanted.target(), restore.uid(), "Before restore " + restore.name())
            instanceof Said.No<Taken>(String sentence)
        ? Optional.of(sentence)
        : Optional.empty();
  }

  /** Of a disk that may come from elsewhere. */
  private static @Nullable String mode(@Nullable String noted) {
    return noted != null && noted.matches("0?[0-7]{3}") ? noted : null;
  }

  private static boolean isNew(RestoreSpec.@Nullable Target target) {
    return target != null && target.newVolume() != null;
  }

  /** As the volume had them, if its owner is somebody here: otherwise they are nobody's. */
  private Rights rights(Name volume, RunFiles.Whole copy) throws IOException {
    Optional<RunMark.Origin> origin =
        copy.copies().found().stream()
            .filter(found -> found.copy().equals(copy.copy()))
            .flatMap(found -> found.mark().sources().stream())
            .filter(source -> source.volume().equals(volume) && source.owner() != null)
            .findFirst();
    try {
      return origin.isPresent() && homes.isOfAnAccount(Objects.requireNonNull(origin.get().owner()))
          ? new Rights(origin.get().owner(), mode(origin.get().mode()))
          : Rights.NONE;
    } catch (Away e) {
      LOG.infof("volume %s is made without its owner: sharing does not answer", volume);
      return Rights.NONE;
    }
  }

  private void write(
      Resource<RestoreSpec, RestoreStatus> restore,
      Function<Resource<RestoreSpec, RestoreStatus>, RestoreStatus> status,
      List<Fact> facts,
      TaskProgress progress) {
    boolean _ =
        DatabaseWait.insisting(
            progress,
            () -> {
              update(restore.uid(), status, facts);
              return true;
            });
  }

  private void update(
      UUID uid,
      Function<Resource<RestoreSpec, RestoreStatus>, RestoreStatus> status,
      List<Fact> facts) {
    plane
        .resources()
        .useTransaction(transaction ->
            plane
                .resources()
                .lock(transaction.handle(), BackupKinds.RESTORE, uid)
                .ifPresent(
                    row -> plane.resources().observe(transaction, uid, status.apply(row), facts)));
  }

  /** Progress on its way to the restore's status and its task. */
  private final class Told {
    private final Resource<RestoreSpec, RestoreStatus> restore;
    private final Name volume;
    private final TaskProgress progress;
    private final long began = System.nanoTime();
    private long told = System.nanoTime() - TELL_EVERY_NANOS;

    Told(Resource<RestoreSpec, RestoreStatus> restore, Name volume, TaskProgress progress) {
      this.restore = restore;
      this.volume = volume;
      this.progress = progress;
    }

    void copying(CopyProgress now) {
      progress.report(now.checked(), now.known(), "files");
      if (System.nanoTime() - told < TELL_EVERY_NANOS) {
        return;
      }
      told = System.nanoTime();
      RunStatus.Progress far =
          RunStatus.Progress.of(now, (told - began) / 1_000_000, Optional.empty());
      try {
        update(restore.uid(), row -> statuses.running(row, volume, far), List.of());
      } catch (RuntimeException e) {
        LOG.debug("progress was not written", e);
      }
    }
  }
}
