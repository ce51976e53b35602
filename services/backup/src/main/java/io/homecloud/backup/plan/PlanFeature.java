package io.homecloud.backup.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.run.RunFeature;
import io.homecloud.backup.run.RunOrders;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.Runs;
import io.homecloud.backup.source.PeoplesHomes;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.verify.VerifyFeature;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.schedule.Retention;
import jakarta.ws.rs.core.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Plans, assembled. */
public final class PlanFeature {
  private static final String OVER_QUOTA = "the soft quota is exceeded, and it is the oldest";
  private static final String NO_RULE = "no rule keeps it";
  private static final Duration USUAL_WAIT = Duration.ofSeconds(20);

  private final ControlPlane plane;
  private final RunFeature runFeature;
  private final PlanRuns planRuns;
  private final PlanAdmission admission;
  private final VerifyFeature verifyFeature;
  private final SourcePreviews sources;
  private final PlanHome home;
  private final PlanReconciler reconciler;
  private final ResourceApi<PlanSpec, PlanStatus> api;

  /**
   * @param directories of repositories that are in one here
   */
  public PlanFeature(
      ControlPlane plane,
      RunFeature runFeature,
      VerifyFeature verifyFeature,
      SourcePreviews sources,
      StorageVolumes volumes,
      Function<Name, Optional<Path>> directories,
      PeoplesHomes homes) {
    PlausibleClock clock = plane.plausibleClock();
    this.plane = plane;
    this.runFeature = runFeature;
    this.verifyFeature = verifyFeature;
    this.sources = sources;
    this.home = new PlanHome(plane.nodes(), volumes, plane.resources());
    this.planRuns = new PlanRuns(plane.resources(), runFeature.runs(), runFeature.times(), clock);
    this.reconciler =
        new PlanReconciler(
            runFeature.orders(),
            planRuns,
            new Occasions(
                runFeature.orders(), runFeature.runs(), runFeature.times(), plane.clock()),
            volumes.health(),
            directories,
            this::endRunsOf,
            verifyFeature.proofs(),
            this::follows,
            clock);
    this.admission = new PlanAdmission(plane.resources(), home, homes);
    this.api =
        new ResourceApi<>(BackupKinds.PLAN, BackupKinds.API + "/plans", admission, plane.room());
  }

  /** And gives back the snapshots that were kept for the next one. */
  private void endRunsOf(UUID plan) {
    runFeature.runs().of(plan).stream()
        .filter(Runs::underWay)
        .forEach(run -> runFeature.cancel(run.uid()));
    runFeature.sweepSoon();
  }

  private boolean follows(Resource<PlanSpec, PlanStatus> plan) {
    Optional<String> node = home.elsewhere(plan);
    node.ifPresent(there ->
        plane
            .database()
            .useTransaction(transaction ->
                plan.spec().sources().stream()
                    .filter(source -> !source.copiesInstallation())
                    .forEach(source ->
                        CarriedPlans.follow(transaction, source.volume().value(), there))));
    return node.isPresent();
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
  public Response run(Asked asked, Name name, Look look) {
    Resource<PlanSpec, PlanStatus> plan = api.require(name);
    Instant now = runFeature.orders().free(plan, plane.clock().instant());
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

  /** A proof by restoring now: 202 with its task. */
  public Response verify(Asked asked, String body, Name name, boolean all) {
    return verifyFeature.verify(asked, body, api.require(name), all);
  }

  /**
   * What a plan would do now.
   *
   * @param sources what their rules select
   * @param runs what its retention would keep, newest first
   */
  @Schema(name = "PlanPreview")
  public record Whole(List<SourcePreviews.Preview> sources, List<Preview> runs) {}

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

  /** What would be copied, and what would stay and go, if it were now. */
  Whole preview(Asked asked, Name name) {
    Resource<PlanSpec, PlanStatus> plan = api.require(name);
    return preview(asked, plan, plan.spec());
  }

  /** The same, if the plan were changed by this merge patch, which it is not. */
  Whole preview(Asked asked, Name name, String patch) {
    Resource<PlanSpec, PlanStatus> plan = api.require(name);
    return preview(asked, plan, api.previewed(plan, patch));
  }

  private Whole preview(Asked asked, Resource<PlanSpec, PlanStatus> plan, PlanSpec spec) {
    Duration wait = asked.waiting().isZero() ? USUAL_WAIT : asked.waiting();
    return new Whole(
        sources.of(spec.sources(), wait),
        planRuns.judge(plan, spec).stream().map(Preview::of).toList());
  }
}
