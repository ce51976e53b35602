package io.homecloud.backup.run;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.hook.Hooks;
import io.homecloud.backup.hours.Timetable;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;

/** What the plans of runs say now: a change of hours holds for runs that are under way too. */
final class RunPlans {
  private final ResourceStore store;
  private final Clock clock;

  RunPlans(ResourceStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  private Optional<PlanSpec> of(Resource<RunSpec, RunStatus> run) {
    return store.find(BackupKinds.PLAN, run.spec().plan()).map(Resource::spec);
  }

  /** Whether its plan has it gone on with when it is paused. */
  boolean goOn(Resource<RunSpec, RunStatus> run) {
    return of(run).filter(plan -> !plan.suspended()).isPresent();
  }

  /** When it may copy, and how fast; always as fast as it goes when its plan is gone. */
  Timetable timetable(Resource<RunSpec, RunStatus> run) {
    return of(run)
        .map(plan -> plan.timetable(clock))
        .orElseGet(() -> new Timetable(null, null, ZoneId.of("UTC"), clock));
  }

  /** Of a run that begins; empty when its plan is gone. */
  Optional<Hooks> hooks(Resource<RunSpec, RunStatus> run) {
    return of(run).map(plan -> plan.hooks() == null ? Hooks.NONE : plan.hooks());
  }
}
