package io.homecloud.backup.engine;

import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.control.resource.Resource;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Repositories on sets of drives, of which each has copies of its own. */
public interface DriveSet {
  /**
   * Looks at one drive, and changes nothing on it.
   *
   * @param drive the UUID of its file system
   */
  Opened open(Resource<RepositorySpec, RepositoryStatus> repository, String drive);

  /**
   * Makes it a part of the repository.
   *
   * @param identity of the repository, where one of its drives had it before; else it is the
   *     resource's own
   */
  Opened initialise(
      Resource<RepositorySpec, RepositoryStatus> repository,
      String drive,
      @Nullable UUID identity,
      UUID installation,
      Instant now);
}
