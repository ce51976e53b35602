package io.homecloud.backup.engine;

import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.control.resource.Resource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What makes copies in repositories of one kind, and reads them. */
public interface Engine {
  /**
   * Says no to what it will never be able to use.
   *
   * @throws io.homecloud.control.problem.ProblemException with a sentence for who wished it
   */
  void check(RepositorySpec spec);

  /**
   * Says no to what it would not look at. It is not asked of what is there already, since that was
   * taken once.
   *
   * @throws io.homecloud.control.problem.ProblemException VALUE_INVALID, with the way out
   */
  void checkUse(RepositorySpec spec);

  /**
   * Says no as long as the secrets that it refers to are not there, or lack what is needed of them.
   *
   * @throws io.homecloud.control.problem.ProblemException with a sentence for who wished it
   */
  default void checkSecrets(RepositorySpec spec) {}

  /** The directory of this node that it writes into, when it does; no two share one. */
  Optional<Path> directory(RepositorySpec spec);

  /**
   * The place that its URL means, in one spelling: two that are equal are the same. A set of drives
   * is told as it was written.
   */
  String place(RepositorySpec spec);

  /** Looks whether it can be used, and changes nothing in it. */
  Opened look(Resource<RepositorySpec, RepositoryStatus> repository);

  /** What it remembers of it is not believed: the next look looks at everything. */
  default void doubt(Resource<RepositorySpec, RepositoryStatus> repository) {}

  /** As {@link #look}, but in no time: what is far away is believed to be as it was. */
  Opened open(Resource<RepositorySpec, RepositoryStatus> repository);

  /** Makes one where nothing is; one that became a repository meanwhile is opened. */
  Opened initialise(
      Resource<RepositorySpec, RepositoryStatus> repository, UUID installation, Instant now);

  /** Forgets what it keeps of it on this node; the repository stays as it is. */
  void forget(Resource<RepositorySpec, RepositoryStatus> repository);

  /** How it looks at each drive of a set by itself, when it can be given sets of drives. */
  default Optional<DriveSet> drives() {
    return Optional.empty();
  }

  /** Who we are to the machine of a repository, when it is on another. */
  default Optional<SshIdentity> ssh(Resource<RepositorySpec, RepositoryStatus> repository) {
    return Optional.empty();
  }
}
