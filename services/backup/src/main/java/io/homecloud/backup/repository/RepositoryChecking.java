package io.homecloud.backup.repository;

import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.Engine;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.engine.Engines;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Looks at a repository now, whatever is remembered of it, and changes nothing in it. */
final class RepositoryChecking {
  private final Engines engines;
  private final Clock clock;

  RepositoryChecking(Engines engines, Clock clock) {
    this.engines = engines;
    this.clock = clock;
  }

  RepositoryCheck check(Resource<RepositorySpec, RepositoryStatus> repository) {
    Optional<Engine> engine = engines.of(repository.spec().engine());
    if (engine.isEmpty()) {
      return not(repository, "EngineMissing", "There is no such engine here.");
    }
    try {
      engine.get().checkSecrets(repository.spec());
    } catch (ProblemException missing) {
      return not(repository, "SecretNotUsable", missing.detail());
    }
    engine.get().doubt(repository);
    return switch (engine.get().look(repository)) {
      case Opened.Here(Copies copies) when RepositoryFinder.isTheSame(repository, copies) ->
          here(repository, copies);
      case Opened.Here _ ->
          not(
              repository,
              "AnotherRepository",
              "Another repository is at " + repository.spec().url() + ".");
      case Opened.Empty _ ->
          not(
              repository,
              "NotThere",
              "It answers, but nothing is at "
                  + repository.spec().url()
                  + "; is its disk plugged in and mounted?");
      case Opened.Not(String reason, String sentence) -> not(repository, reason, sentence);
    };
  }

  private RepositoryCheck here(
      Resource<RepositorySpec, RepositoryStatus> repository, Copies copies) {
    try {
      int runs = copies.found().size();
      OptionalLong free = copies.freeBytes();
      return new RepositoryCheck(
          true,
          "Ready",
          "It is there and can be read.",
          runs,
          free.isPresent() ? free.getAsLong() : null,
          drives(repository),
          clock.instant().truncatedTo(ChronoUnit.SECONDS));
    } catch (EngineTrouble e) {
      return not(repository, e.trouble().name(), e.sentence());
    } catch (IOException e) {
      return not(repository, "Unreadable", "It cannot be read: " + RepositoryDirectory.words(e));
    }
  }

  private RepositoryCheck not(
      Resource<RepositorySpec, RepositoryStatus> repository, String reason, String sentence) {
    return new RepositoryCheck(
        false,
        reason,
        sentence,
        null,
        null,
        drives(repository),
        clock.instant().truncatedTo(ChronoUnit.SECONDS));
  }

  private static @Nullable List<DriveStatus> drives(
      Resource<RepositorySpec, RepositoryStatus> repository) {
    return repository.status() == null ? null : repository.status().drives();
  }
}
