package io.homecloud.backup.run;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import java.util.Optional;
import java.util.UUID;

/** Which runs may go, and that nothing but their pin may be changed. */
final class RunAdmission implements Admission<RunSpec, RunStatus> {
  private final ResourceStore store;
  private final Runs runs;
  private final RunUse use;
  private final String node;

  RunAdmission(ResourceStore store, Runs runs, RunUse use, String node) {
    this.store = store;
    this.runs = runs;
    this.use = use;
    this.node = node;
  }

  @Override
  public Admitted<RunSpec> create(Name name, RunSpec spec) {
    var plan = store.find(BackupKinds.PLAN, spec.plan());
    return new Admitted<>(
        spec, plan.map(Resource::node).orElse(node), plan.map(Resource::uid).orElse(null));
  }

  @Override
  public RunSpec change(Resource<RunSpec, RunStatus> before, RunSpec wished) {
    RunSpec now = before.spec().pinned(wished.pinned());
    if (!wished.equals(now)) {
      throw CommonProblem.FIELD_IMMUTABLE.because(
          "Of a run only spec.pinned can be changed; change its plan for the next ones.");
    }
    return now;
  }

  @Override
  public void lastLook(Resource<RunSpec, RunStatus> run) {
    if (run.spec().pinned()) {
      throw BackupProblem.RUN_PINNED.because(
          "Run " + run.name() + " is pinned; PATCH it with {\"spec\":{\"pinned\":false}} first.");
    }
  }

  @Override
  public void delete(Resource<RunSpec, RunStatus> run) {
    lastLook(run);
    if (Runs.underWay(run)) {
      throw BackupProblem.RUN_UNDER_WAY.because(
          "Run " + run.name() + " is under way; cancel it and wait for its end.");
    }
    // Nothing is deleted with one that is missing; it is only forgotten here.
    if (run.spec().installation() != null && Runs.complete(run)) {
      throw BackupProblem.RUN_OF_ANOTHER.because(
          "Installation "
              + run.spec().installation()
              + " made it, and it alone deletes it. When there is no such installation any more, delete the copy by hand, "
              + (run.status() == null ? "" : run.status().tree() + " ")
              + "in repository "
              + run.spec().repository()
              + " (docs/how-to/back-up.md says how); then the run can be deleted too.");
    }
    if (use.isRead(run.uid())) {
      throw BackupProblem.RUN_IN_USE.because("A restore reads it; wait for its end or cancel it.");
    }
    if (isTheLast(run)) {
      throw BackupProblem.RUN_IS_THE_LAST.because(
          "It is the only complete run of plan "
              + run.spec().plan()
              + "; it can be deleted when there is another, or when the plan is gone.");
    }
  }

  private boolean isTheLast(Resource<RunSpec, RunStatus> run) {
    Optional<UUID> plan =
        Optional.ofNullable(run.parent())
            .filter(uid -> store.find(BackupKinds.PLAN, uid).isPresent());
    return Runs.complete(run)
        && plan.isPresent()
        && runs.of(plan.get()).stream()
            .noneMatch(other -> !other.uid().equals(run.uid()) && Runs.complete(other));
  }
}
