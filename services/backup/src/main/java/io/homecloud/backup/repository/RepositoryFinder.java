package io.homecloud.backup.repository;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.backup.tree.RepositoryDirectory.Opened;
import io.homecloud.backup.tree.Trees;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import java.util.Optional;

/** Repositories that are there, by their names. */
public final class RepositoryFinder {
  private final ResourceStore store;
  private final RepositoryDirectory directory;

  public RepositoryFinder(ResourceStore store, RepositoryDirectory directory) {
    this.store = store;
    this.directory = directory;
  }

  /** What was found. */
  public sealed interface Found {
    record Here(Resource<RepositorySpec, RepositoryStatus> repository, Trees trees)
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
    return switch (directory.open(RepositoryUrl.path(repository.spec().url()))) {
      case Opened.Here(Trees trees) when isTheSame(repository, trees) ->
          new Found.Here(repository, trees);
      case Opened.Here _ ->
          new Found.Away("Another repository is at " + repository.spec().url() + ".");
      case Opened.Empty _ ->
          new Found.Away(
              "Nothing is at " + repository.spec().url() + "; is its disk plugged in and mounted?");
      case Opened.Not(_, String sentence) -> new Found.Away(sentence);
    };
  }

  static boolean isTheSame(Resource<RepositorySpec, RepositoryStatus> repository, Trees trees) {
    return repository.status() == null
        || repository.status().identity() == null
        || repository.status().identity().equals(trees.mark().uid());
  }
}
