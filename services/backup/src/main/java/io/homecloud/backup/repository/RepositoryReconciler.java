package io.homecloud.backup.repository;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.backup.tree.RepositoryDirectory.Opened;
import io.homecloud.backup.tree.Trees;
import io.homecloud.control.InstallationId;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes repositories, or takes in those that are there with the copies that they have. */
public final class RepositoryReconciler implements Reconciler<RepositorySpec, RepositoryStatus> {
  private final RepositoryDirectory directory;
  private final FoundRuns runs;
  private final InstallationId installation;
  private final Clock clock;

  RepositoryReconciler(
      RepositoryDirectory directory, FoundRuns runs, InstallationId installation, Clock clock) {
    this.directory = directory;
    this.runs = runs;
    this.installation = installation;
    this.clock = clock;
  }

  @Override
  public Kind<RepositorySpec, RepositoryStatus> kind() {
    return BackupKinds.REPOSITORY;
  }

  @Override
  public Outcome<RepositoryStatus> reconcile(
      Resource<RepositorySpec, RepositoryStatus> repository) {
    if (repository.deleting()) {
      // What is on its disk stays; attached again it has all runs again.
      runs.forget(repository.name());
      return new Outcome.Gone<>(List.of());
    }
    Path path = RepositoryUrl.path(repository.spec().url());
    Opened opened = directory.open(path);
    if (opened instanceof Opened.Empty) {
      opened =
          identity(repository) == null
              ? directory.initialise(
                  path,
                  repository.uid(),
                  installation.value(),
                  clock.instant().truncatedTo(ChronoUnit.SECONDS))
              : new Opened.Not(
                  "NotThere", "It is not at " + path + "; is its disk plugged in and mounted?");
    }
    return switch (opened) {
      case Opened.Here(Trees trees) when RepositoryFinder.isTheSame(repository, trees) ->
          here(repository, trees);
      case Opened.Here _ ->
          not(repository, "AnotherRepository", "Another repository is at " + path + ".");
      case Opened.Empty _ -> not(repository, "NotThere", "Nothing is at " + path + ".");
      case Opened.Not(String reason, String sentence) -> not(repository, reason, sentence);
    };
  }

  private Outcome<RepositoryStatus> here(
      Resource<RepositorySpec, RepositoryStatus> repository, Trees trees) {
    try {
      List<Trees.Found> found = trees.found();
      runs.seen(repository, trees, found);
      return new Outcome.Settled<>(
          new RepositoryStatus(
              trees.mark().uid(),
              trees.freeBytes(),
              found.size(),
              trees.sharing().word(),
              repository.metadata().generation(),
              conditions(repository).ready().build()),
          List.of());
    } catch (IOException e) {
      return not(repository, "Unreadable", "It cannot be read: " + RepositoryDirectory.words(e));
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
            repository.metadata().generation(),
            conditions(repository).notReady(reason, sentence).build()));
  }

  private static @Nullable UUID identity(Resource<RepositorySpec, RepositoryStatus> repository) {
    return repository.status() == null ? null : repository.status().identity();
  }

  private Conditions conditions(Resource<RepositorySpec, RepositoryStatus> repository) {
    return new Conditions(repository.conditions(), repository.metadata().generation(), clock);
  }
}
