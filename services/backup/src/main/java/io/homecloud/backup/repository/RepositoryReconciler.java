package io.homecloud.backup.repository;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.DriveSet;
import io.homecloud.backup.engine.Engine;
import io.homecloud.backup.engine.Engines;
import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.engine.SshIdentity;
import io.homecloud.backup.tree.DiskSequence;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.control.InstallationId;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes repositories, or takes in those that are there with the copies that they have. */
public final class RepositoryReconciler implements Reconciler<RepositorySpec, RepositoryStatus> {
  public static final String ON_SYSTEM_DISK = "OnSystemDisk";

  private static final Path ROOT = Path.of("/");

  private final Engines engines;
  private final DriveSetReconciler drives;
  private final FoundRuns runs;
  private final Path data;
  private final InstallationId installation;
  private final Predicate<Resource<RepositorySpec, RepositoryStatus>> goesHome;
  private final Clock clock;

  /**
   * @param data where this installation is
   * @param goesHome sends one to the node that it is of; false when that is this one, or not known
   */
  RepositoryReconciler(
      Engines engines,
      DriveSetReconciler drives,
      FoundRuns runs,
      Path data,
      InstallationId installation,
      Predicate<Resource<RepositorySpec, RepositoryStatus>> goesHome,
      Clock clock) {
    this.engines = engines;
    this.drives = drives;
    this.runs = runs;
    this.data = data;
    this.installation = installation;
    this.goesHome = goesHome;
    this.clock = clock;
  }

  @Override
  public Kind<RepositorySpec, RepositoryStatus> kind() {
    return BackupKinds.REPOSITORY;
  }

  @Override
  public Outcome<RepositoryStatus> reconcile(
      Resource<RepositorySpec, RepositoryStatus> repository) {
    Optional<Engine> engine = engines.of(repository.spec().engine());
    if (repository.deleting()) {
      // What is on its disk stays; attached again it has all runs again.
      runs.forget(repository.name());
      engine.ifPresent(one -> one.forget(repository));
      return new Outcome.Gone<>(List.of());
    }
    if (goesHome.test(repository)) {
      return new Outcome.Written<>();
    }
    if (engine.isEmpty()) {
      return not(repository, "EngineMissing", "There is no such engine here.");
    }
    String url = repository.spec().url();
    Optional<DriveSet> set = DriveUrl.is(url) ? engine.flatMap(Engine::drives) : Optional.empty();
    try {
      // Never without: what is encrypted with nothing would be encrypted for nobody.
      engine.get().checkSecrets(repository.spec());
    } catch (ProblemException missing) {
      return set.isPresent()
          ? drives.not(repository, "SecretNotUsable", missing.detail())
          : not(repository, "SecretNotUsable", missing.detail());
    }
    if (set.isPresent()) {
      return drives.reconcile(repository, set.get());
    }
    Opened opened = engine.get().look(repository);
    if (opened instanceof Opened.Empty) {
      opened =
          identity(repository) == null
              ? engine
                  .get()
                  .initialise(
                      repository,
                      installation.value(),
                      clock.instant().truncatedTo(ChronoUnit.SECONDS))
              : new Opened.Not(
                  "NotThere", "It is not at " + url + "; is its disk plugged in and mounted?");
    }
    return switch (opened) {
      case Opened.Here(Copies copies) when RepositoryFinder.isTheSame(repository, copies) ->
          here(repository, copies);
      case Opened.Here _ ->
          not(repository, "AnotherRepository", "Another repository is at " + url + ".");
      case Opened.Empty _ -> not(repository, "NotThere", "Nothing is at " + url + ".");
      case Opened.Not(String reason, String sentence) -> not(repository, reason, sentence);
    };
  }

  private Outcome<RepositoryStatus> here(
      Resource<RepositorySpec, RepositoryStatus> repository, Copies copies) {
    try {
      Set<UUID> before = runs.known();
      List<FoundCopy> found = copies.found();
      runs.seen(repository, before, found);
      OptionalLong free = copies.freeBytes();
      Conditions conditions = conditions(repository);
      onSystemDisk(repository, conditions);
      return new Outcome.Settled<>(
          new RepositoryStatus(
              copies.identity(),
              free.isPresent() ? free.getAsLong() : null,
              found.size(),
              copies.sharing(),
              null,
              ssh(repository),
              repository.metadata().generation(),
              conditions.ready().build()),
          List.of());
    } catch (IOException e) {
      return not(repository, "Unreadable", "It cannot be read: " + RepositoryDirectory.words(e));
    }
  }

  /** Where a disk was to be mounted there is a directory too when it is not. */
  private void onSystemDisk(
      Resource<RepositorySpec, RepositoryStatus> repository, Conditions conditions) {
    Optional<Path> directory =
        engines.of(repository.spec().engine()).flatMap(one -> one.directory(repository.spec()));
    if (directory.isPresent()) {
      Path there = directory.get();
      boolean together = DiskSequence.together(there, ROOT) || DiskSequence.together(there, data);
      conditions.set(
          ON_SYSTEM_DISK,
          together ? Condition.Truth.True : Condition.Truth.False,
          together ? ON_SYSTEM_DISK : "OwnDisk",
          together
              ? there
                  + " is on the disk that this system is on, and its copies are lost with it. If another disk was to be there, it is not mounted: delete the repository, which keeps what it has, mount the disk and make the repository again."
              : "");
    }
  }

  private Outcome<RepositoryStatus> not(
      Resource<RepositorySpec, RepositoryStatus> repository, String reason, String sentence) {
    RepositoryStatus before = repository.status();
    return new Outcome.Retry<>(
        new RepositoryStatus(
            identity(repository),
            null,
            before == null ? null : before.runs(),
            before == null ? null : before.sharing(),
            null,
            ssh(repository),
            repository.metadata().generation(),
            conditions(repository).notReady(reason, sentence).build()));
  }

  private @Nullable SshIdentity ssh(Resource<RepositorySpec, RepositoryStatus> repository) {
    return engines
        .of(repository.spec().engine())
        .flatMap(engine -> engine.ssh(repository))
        .orElse(null);
  }

  private static @Nullable UUID identity(Resource<RepositorySpec, RepositoryStatus> repository) {
    return repository.status() == null ? null : repository.status().identity();
  }

  private Conditions conditions(Resource<RepositorySpec, RepositoryStatus> repository) {
    return new Conditions(repository.conditions(), repository.metadata().generation(), clock);
  }
}
