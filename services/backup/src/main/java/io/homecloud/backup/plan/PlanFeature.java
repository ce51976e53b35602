package io.homecloud.backup.plan;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.run.RunFeature;
import io.homecloud.backup.run.RunOrders;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.Runs;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.PlausibleClock;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Plans, assembled. */
public final class PlanFeature {
  private final ControlPlane plane;
  private final RunFeature runFeature;
  private final PlanRuns planRuns;
  private final PlanReconciler reconciler;
  private final ResourceApi<PlanSpec, PlanStatus> api;

  public PlanFeature(ControlPlane plane, RunFeature runFeature, PlausibleClock clock) {
    this.plane = plane;
    this.runFeature = runFeature;
    this.planRuns = new PlanRuns(plane.resources(), runFeature.runs(), clock);
    this.reconciler = new PlanReconciler(runFeature.orders(), planRuns, this::endRunsOf, clock);
    this.api =
        new ResourceApi<>(
            BackupKinds.PLAN,
            BackupKinds.API + "/plans",
            new PlanAdmission(plane.resources(), plane.node()),
            plane.room());
  }

  /** And gives back the snapshots that were kept for the next one. */
  private void endRunsOf(UUID plan) {
    runFeature.runs().of(plan).stream()
        .filter(Runs::underWay)
        .forEach(run -> runFeature.cancel(run.uid()));
    runFeature.sweep();
  }

  public PlanReconciler reconciler() {
    return reconciler;
  }

  public ResourceApi<PlanSpec, PlanStatus> api() {
    return api;
  }

  /** A run now: 202 with it, or 200 when it was waited for and is complete. */
  Response run(Asked asked, Name name, Look look) {
    Resource<PlanSpec, PlanStatus> plan = api.require(name);
    Instant now = runFeature.orders().free(plan.uid(), plane.clock().instant());
    Name run = RunOrders.name(name, now);
    RunSpec spec = runFeature.orders().spec(plan, now);
    Response made =
        runFeature
            .api()
            .create(
                asked,
                "",
                run,
                Map.of(RunOrders.LABEL, name.value()),
                () -> {
                  runFeature.orders().requireNoneUnderWay(plan);
                  return spec;
                },
                (transaction, uid) ->
                    runFeature
                        .orders()
                        .addTask(transaction, uid, run, spec, look, asked.subject()));
    return asked.waiting().isZero() || made.getStatus() != 201
        ? Response.fromResponse(made).status(Response.Status.ACCEPTED).build()
        : Response.fromResponse(made).status(Response.Status.OK).build();
  }

  /** One run in a preview; {@code reasons} say why it stays, it goes when there are none. */
  @Schema(name = "RunPreview")
  public record Preview(Name run, Instant at, boolean keep, List<String> reasons) {}

  /** What would stay and what would go if the plan were pruned now, newest first. */
  List<Preview> preview(Name name) {
    return planRuns.judge(api.require(name)).stream()
        .map(verdict ->
            new Preview(
                verdict.copy().id(), verdict.copy().at(), verdict.keeps(), verdict.reasons()))
        .toList();
  }
}
