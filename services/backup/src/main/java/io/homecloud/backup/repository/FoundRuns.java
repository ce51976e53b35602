package io.homecloud.backup.repository;

import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import java.util.List;

/** Who is told what copies a repository has. */
public interface FoundRuns {
  /** All complete copies that are there; those that nobody knew of are runs from now on. */
  void seen(Resource<RepositorySpec, RepositoryStatus> repository, List<FoundCopy> found);

  /** Those on drives that are not in its set any more are not its runs either. */
  void forgetOthers(Name repository, List<String> drives);

  /** The repository is not of this installation any more. */
  void forget(Name repository);
}
