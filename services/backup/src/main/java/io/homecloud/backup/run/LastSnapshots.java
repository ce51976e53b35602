package io.homecloud.backup.run;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.plan.PlanStatus;
import io.homecloud.backup.source.Source;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import java.util.List;
import java.util.Optional;

/**
 * Whose snapshots stay after a run: those of the newest complete run of a plan, when the next one
 * can find out from them what has changed. They cost what is deleted or written over in the volume
 * until then, and go with the plan.
 */
final class LastSnapshots {
  private static final String SHARED_BY_BTRFS = "btrfs";

  private final ResourceStore store;
  private final Runs runs;

  LastSnapshots(ResourceStore store, Runs runs) {
    this.store = store;
    this.runs = runs;
  }

  boolean stay(Resource<RunSpec, RunStatus> run) {
    RunSpec spec = run.spec();
    if (run.parent() == null || spec.installation() != null || !Runs.complete(run)) {
      return false;
    }
    Optional<Resource<PlanSpec, PlanStatus>> plan =
        store
            .find(BackupKinds.PLAN, run.parent())
            .filter(found -> !found.deleting())
            .filter(found -> found.spec().repository().equals(spec.repository()))
            .filter(found -> found.spec().sources().equals(volumes(spec)));
    return plan.isPresent()
        && sharesByBtrfs(spec)
        && runs.of(plan.get().uid()).stream()
            .filter(other -> other.spec().repository().equals(spec.repository()))
            .noneMatch(other -> Runs.complete(other) && other.spec().at().isAfter(spec.at()));
  }

  /** The sources but for dumps, which a plan does not name. */
  private static List<Source> volumes(RunSpec spec) {
    return spec.sources().stream().filter(source -> !source.volume().equals(Source.DUMPS)).toList();
  }

  private boolean sharesByBtrfs(RunSpec spec) {
    return store
        .find(BackupKinds.REPOSITORY, spec.repository())
        .map(Resource::status)
        // What is on another machine is looked through in any case.
        .filter(status -> SHARED_BY_BTRFS.equals(status.sharing()) && status.ssh() == null)
        .isPresent();
  }
}
