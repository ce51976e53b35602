package io.homecloud.backup;

import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.plan.PlanStatus;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.restore.RestoreSpec;
import io.homecloud.backup.restore.RestoreStatus;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.control.resource.Kind;

/** The kinds that backup owns. */
public final class BackupKinds {
  /** Where backup's API begins. */
  public static final String API = "/api/backup/v1";

  /** Where its pages begin. */
  public static final String PAGES = "/backups";

  public static final Kind<RepositorySpec, RepositoryStatus> REPOSITORY =
      new Kind<>("Repository", "repositories", RepositorySpec.class, RepositoryStatus.class);
  public static final Kind<PlanSpec, PlanStatus> PLAN =
      new Kind<>("Plan", "plans", PlanSpec.class, PlanStatus.class);
  public static final Kind<RunSpec, RunStatus> RUN =
      new Kind<>("Run", "runs", RunSpec.class, RunStatus.class);
  public static final Kind<RestoreSpec, RestoreStatus> RESTORE =
      new Kind<>("Restore", "restores", RestoreSpec.class, RestoreStatus.class);

  private BackupKinds() {}
}
