package io.homecloud.backup.search;

import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.repository.FoundRuns;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import java.util.List;

/** What a repository was seen to have is taken into the index. */
public record IndexedRuns(FoundRuns runs, CopyIndexes indexes) implements FoundRuns {
  @Override
  public void seen(Resource<RepositorySpec, RepositoryStatus> repository, List<FoundCopy> found) {
    runs.seen(repository, found);
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
