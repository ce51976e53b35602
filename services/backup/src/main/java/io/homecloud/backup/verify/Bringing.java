package io.homecloud.backup.verify;

import io.homecloud.backup.rsync.Copied;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Restores files of a run into an empty directory, as a restore does. */
@FunctionalInterface
public interface Bringing {
  /**
   * @param id of a file of ours for a moment
   * @param paths in the volume
   * @throws io.homecloud.control.problem.ProblemException when its repository is away
   */
  Copied bring(
      String id,
      Resource<RunSpec, RunStatus> run,
      Name volume,
      List<RelativePath> paths,
      Path into)
      throws IOException;
}
