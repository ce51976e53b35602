package io.homecloud.backup.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.run.RunFeature;
import io.homecloud.backup.run.RunOrders;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.Runs;
import io.homecloud.backup.source.SourceHealth;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.schedule.Retention;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Plans, assembled. */
public final class PlanFeature {
  private static final String OVER_QUOTA = "the soft quota is exceeded, and it is the oldest";
  private static final String NO_RULE = "no rule keeps it";

  private final ControlPlane plane;
  private final RunFeature runFeature;
  private final PlanRuns planRuns;
  private final PlanAdmission admission;
  private final PlanReconciler reconciler;
  private final ResourceApi<PlanSpec, PlanStatus> api;

  public PlanFeature(
      ControlPlane plane, RunFeature runFeature, SourceHealth sources, PlausibleClock clock) {
    this.plane = plane;
    this.runFeature = runFeature;
    this.planRuns = new PlanRuns(plane.resources(), runFeature.runs(), clock);
    this.reconciler =
        new PlanReconciler(
            runFeature.orders(),
            planRuns,
            new Occasions(runFeature.orders(), runFeature.runs(), plane.clock()),
            sources,
            this::endRunsOf,
            clock);
    this.admission = new PlanAdmission(plane.resources(), plane.node());
    this.api =
        new ResourceApi<>(
            BackupKinds.PLAN,
            BackupKinds.API + "/plans",
            admission,
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

  /**
   * @throws io.homecloud.control.problem.ProblemException for what may not be wished for
   */
  public void check(PlanSpec spec) {
    admission.check(spec);
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
                    runFeature.orders().addTask(transaction, uid, run, spec, look, asked.subject()));
    return asked.waiting().isZero() || made.getStatus() != 201
        ? Response.fromResponse(made).status(Response.Status.ACCEPTED).build()
        : Response.fromResponse(made).status(Response.Status.OK).build();
  }

  /**
   * One run in a preview.
   *
   * @param reasons why it stays; when it goes, why it would have stayed
   * @param goes why it goes; absent when it stays
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "RunPreview")
  public record Preview(
      Name run, Instant at, boolean keep, List<String> reasons, @Nullable String goes) {
    static Preview of(PlanRuns.Judged judged) {
      Retention.Copy<Name> copy = judged.verdict().copy();
      return new Preview(
          copy.id(),
          copy.at(),
          judged.keeps(),
          judged.verdict().reasons(),
          judged.keeps() ? null : judged.over() ? OVER_QUOTA : NO_RULE);
    }
  }

  /** What would stay and what would go if the plan were pruned now, newest first. */
  List<Preview> preview(Name name) {
    return planRuns.judge(api.require(name)).stream().map(Preview::of).toList();
  }
}
