package io.homecloud.backup.run;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.plan.PlanStatus;
import io.homecloud.backup.source.Source;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whose snapshots stay after a run: those of the newest complete run of a plan (on each of its
 * drives), when the next one can find out from them what has changed. They cost what is deleted or
 * written over in the volume until then, and go with the plan, or when no next run came for long.
 */
final class LastSnapshots {
  private static final String SHARED_BY_BTRFS = "btrfs";

  /** Longer than a month; a drive that does not come back must not fill the pool. */
  private static final Duration LONGEST = Duration.ofDays(40);

  private final ResourceStore store;
  private final Runs runs;
  private final RunTimes times;
  private final Clock clock;

  LastSnapshots(ResourceStore store, Runs runs, RunTimes times, Clock clock) {
    this.store = store;
    this.runs = runs;
    this.times = times;
    this.clock = clock;
  }

  boolean stay(Resource<RunSpec, RunStatus> run) {
    RunSpec spec = run.spec();
    if (run.parent() == null
        || spec.installation() != null
        || !Runs.complete(run)
        || spec.at().plus(LONGEST).isBefore(clock.instant())) {
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
        && times
            .newest(
                runs.of(plan.get().uid()).stream()
                    .filter(other -> other.spec().repository().equals(spec.repository()))
                    .filter(other -> Runs.complete(other) && place(other).equals(place(run)))
                    .toList())
            .filter(newest -> newest.uid().equals(run.uid()))
            .isPresent();
  }

  /** The sources but for dumps, which a plan does not name. */
  private static List<Source> volumes(RunSpec spec) {
    return spec.sources().stream().filter(source -> !source.volume().equals(Source.DUMPS)).toList();
  }

  /** Where its copy lies beside others that it shares with; in a set of drives, on which drive. */
  private static String place(Resource<RunSpec, RunStatus> run) {
    String tree = run.status() == null || run.status().tree() == null ? "" : run.status().tree();
    return tree.substring(0, tree.lastIndexOf('/') + 1);
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
