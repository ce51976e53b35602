package io.homecloud.backup.repository;

import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Who is told what copies a repository has. */
public interface FoundRuns {
  /** The runs that there are, for who looks at copies then: one may be deleted meanwhile. */
  Set<UUID> known();

  /**
   * All complete copies that are there; those that nobody knew of are runs from now on.
   *
   * @param before what was {@link #known} before it was looked at
   */
  void seen(
      Resource<RepositorySpec, RepositoryStatus> repository,
      Set<UUID> before,
      List<FoundCopy> found);

  /** Those on drives that are not in its set any more are not its runs either. */
  void forgetOthers(Name repository, List<String> drives);

  /** The repository is not of this installation any more. */
  void forget(Name repository);
}
