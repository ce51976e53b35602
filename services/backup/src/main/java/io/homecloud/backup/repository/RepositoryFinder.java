package io.homecloud.backup.repository;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.Engine;
import io.homecloud.backup.engine.Engines;
import io.homecloud.backup.engine.Opened;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import java.util.Optional;

/** Repositories that are there, by their names. */
public final class RepositoryFinder {
  private final ResourceStore store;
  private final Engines engines;

  public RepositoryFinder(ResourceStore store, Engines engines) {
    this.store = store;
    this.engines = engines;
  }

  /** What was found. */
  public sealed interface Found {
    record Here(Resource<RepositorySpec, RepositoryStatus> repository, Copies copies)
        implements Found {}

    /** It is known, but not there now; a sentence. */
    record Away(String sentence) implements Found {}

    /** Nobody knows of it any more. */
    record Unknown() implements Found {}
  }

  /** The repository, if it is the one that it was. */
  public Found find(Name name) {
    Optional<Resource<RepositorySpec, RepositoryStatus>> repository =
        store.find(BackupKinds.REPOSITORY, name);
    return repository.isEmpty() ? new Found.Unknown() : open(repository.get());
  }

  private Found open(Resource<RepositorySpec, RepositoryStatus> repository) {
    Optional<Engine> engine = engines.of(repository.spec().engine());
    if (engine.isEmpty()) {
      return new Found.Away("There is no engine " + repository.spec().engine() + " here.");
    }
    return switch (engine.get().open(repository)) {
      case Opened.Here(Copies copies) when isTheSame(repository, copies) ->
          new Found.Here(repository, copies);
      case Opened.Here _ ->
          new Found.Away("Another repository is at " + repository.spec().url() + ".");
      case Opened.Empty _ ->
          new Found.Away(
              "Nothing is at " + repository.spec().url() + "; is its disk plugged in and mounted?");
      case Opened.Not(_, String sentence) -> new Found.Away(sentence);
    };
  }

  static boolean isTheSame(Resource<RepositorySpec, RepositoryStatus> repository, Copies copies) {
    return repository.status() == null
        || repository.status().identity() == null
        || repository.status().identity().equals(copies.identity());
  }
}
