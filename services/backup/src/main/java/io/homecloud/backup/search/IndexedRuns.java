package io.homecloud.backup.search;

import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.repository.FoundRuns;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What a repository was seen to have is taken into the index. */
public record IndexedRuns(FoundRuns runs, CopyIndexes indexes) implements FoundRuns {
  @Override
  public Set<UUID> known() {
    return runs.known();
  }

  @Override
  public void seen(
      Resource<RepositorySpec, RepositoryStatus> repository,
      Set<UUID> before,
      List<FoundCopy> found) {
    runs.seen(repository, before, found);
    indexes.wake();
  }

  @Override
  public void forgetOthers(Name repository, List<String> drives) {
    runs.forgetOthers(repository, drives);
    indexes.wake();
  }

  @Override
  public void forget(Name repository) {
    runs.forget(repository);
    indexes.wake();
  }
}
