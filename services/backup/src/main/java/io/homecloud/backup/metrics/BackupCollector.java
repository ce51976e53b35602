package io.homecloud.backup.metrics;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.plan.PlanReconciler;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.plan.PlanStatus;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.backup.run.Runs;
import io.homecloud.backup.verify.Proofs;
import io.homecloud.backup.verify.VerifyStatus;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** What plans and repositories of this node said when they were looked at last. */
final class BackupCollector extends Collector {
  private static final Logger LOG = Logger.getLogger(BackupCollector.class);

  private final ControlPlane plane;
  private final Runs runs;
  private final RunTimes times;

  BackupCollector(ControlPlane plane, Runs runs, RunTimes times) {
    this.plane = plane;
    this.runs = runs;
    this.times = times;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    PlanFamilies plans = new PlanFamilies();
    RepositoryFamilies repositories = new RepositoryFamilies();
    try {
      Selection here = Selection.on(plane.node());
      plane.resources().all(BackupKinds.PLAN, here).forEach(plan -> tell(plans, plan));
      plane.resources().all(BackupKinds.REPOSITORY, here).forEach(repositories::tell);
    } catch (RuntimeException e) {
      // The database is away; what else there is to tell is told.
      LOG.debugf("plans are left out of the metrics: %s", e.getMessage());
      return List.of();
    }
    return List.of(
        plans.age,
        plans.overdue,
        plans.verified,
        plans.wrong,
        plans.failed,
        repositories.free,
        repositories.available);
  }

  private static GaugeMetricFamily family(String name, String help, String label) {
    return new GaugeMetricFamily("homecloud_backup_" + name, help, List.of(label));
  }

  /** One figure of each for a plan. */
  private static final class PlanFamilies {
    private final GaugeMetricFamily age = plan("age_seconds", "Since a run was complete last.");
    private final GaugeMetricFamily overdue =
        plan("overdue", "1 when it had no success for twice its interval.");
    private final GaugeMetricFamily verified =
        plan("verified", "1 when restoring has proven that copies are what they were.");
    private final GaugeMetricFamily wrong =
        plan(
            "wrong_files",
            "How many restored files were not what they were, and have not been since.");
    private final GaugeMetricFamily failed =
        plan("last_run_failed", "1 when the last run that ended was not complete.");

    private static GaugeMetricFamily plan(String name, String help) {
      return family(name, help, "plan");
    }
  }

  private void tell(PlanFamilies families, Resource<PlanSpec, PlanStatus> plan) {
    PlanStatus status = plan.status();
    if (status == null) {
      return;
    }
    List<String> labels = List.of(plan.name().value());
    if (status.lastSuccess() != null) {
      Duration age = Duration.between(status.lastSuccess(), plane.clock().instant());
      families.age.addMetric(labels, (double) age.toSeconds());
    }
    boolean overdue = Conditions.isTrue(status.conditions(), PlanReconciler.OVERDUE);
    families.overdue.addMetric(labels, overdue ? 1 : 0);
    Conditions.find(status.conditions(), Proofs.VERIFIED)
        .filter(condition -> !condition.reason().equals(Proofs.NOT_ASKED))
        .map(Condition::status)
        .ifPresent(truth -> families.verified.addMetric(labels, truth == Truth.True ? 1 : 0));
    Optional.ofNullable(status.verification())
        .map(VerifyStatus::last)
        .ifPresent(proof -> families.wrong.addMetric(labels, (double) proof.knownWrong()));
    lastEnded(plan, status)
        .ifPresent(run -> families.failed.addMetric(labels, isFailed(run) ? 1 : 0));
  }

  private Optional<Resource<RunSpec, RunStatus>> lastEnded(
      Resource<PlanSpec, PlanStatus> plan, PlanStatus status) {
    if (status.lastRun() == null) {
      return Optional.empty();
    }
    return plane
        .resources()
        .find(BackupKinds.RUN, status.lastRun())
        .filter(run -> !Runs.underWay(run))
        .or(() ->
            times.newest(runs.of(plan.uid()).stream().filter(run -> !Runs.underWay(run)).toList()));
  }

  private static boolean isFailed(Resource<RunSpec, RunStatus> run) {
    return run.status() != null && run.status().state() == RunState.Failed;
  }

  /** One figure of each for a repository. */
  private static final class RepositoryFamilies {
    private final GaugeMetricFamily free =
        family("repository_free_bytes", "What can still be written to it.", "repository");
    private final GaugeMetricFamily available =
        family("repository_available", "1 when it is there and can be used.", "repository");

    void tell(Resource<RepositorySpec, RepositoryStatus> repository) {
      RepositoryStatus status = repository.status();
      if (status == null) {
        return;
      }
      List<String> labels = List.of(repository.name().value());
      boolean ready = Conditions.isTrue(status.conditions(), Condition.READY);
      available.addMetric(labels, ready ? 1 : 0);
      if (ready && status.freeBytes() != null) {
        free.addMetric(labels, status.freeBytes().doubleValue());
      }
    }
  }
}
