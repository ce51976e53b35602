package io.homecloud.backup.page;

import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.repository.RepositoryCheck;
import io.homecloud.backup.restore.RestoreSpec;
import io.homecloud.backup.restore.RestoreStatus;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.task.Task;
import io.homecloud.pages.Pages.Values;
import io.homecloud.pages.ReadableTime;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Plans at a glance, and the dates of one. */
@Path(Desk.HOME)
@PermitAll
@RunOnVirtualThread
public class PlanPages {
  private static final int DATES = 50;
  private static final int RESTORES = 10;

  private final BackupControl control;
  private final Desk desk;

  PlanPages(BackupControl control, Desk desk) {
    this.control = control;
    this.desk = desk;
  }

  @GET
  @Operation(hidden = true)
  public Response plans() {
    return desk.serve(() -> plans(null, null));
  }

  private Response plans(@Nullable Name tested, @Nullable RepositoryCheck check) {
    RunTimes times = control.runFeature().times();
    List<PlanCard> plans =
        control.plane().resources().all(BackupKinds.PLAN, Selection.ALL).stream()
            .map(plan -> PlanCard.of(plan, control.runFeature().runs().of(plan.uid()), times))
            .toList();
    List<RestoreLine> restores = restores();
    return desk.page(
        "backups",
        new Values()
            .with("plans", plans)
            .with("restores", restores)
            .with(
                "live",
                plans.stream().anyMatch(plan -> plan.live() != null)
                    || restores.stream().anyMatch(restore -> restore.live() != null))
            .with("places", places(tested, check)));
  }

  /** Those that are under way first, and then the newest. */
  private List<RestoreLine> restores() {
    return control.plane().resources().all(BackupKinds.RESTORE, Selection.ALL).stream()
        .sorted(
            Comparator.comparing(PlanPages::ended)
                .thenComparing(
                    restore -> restore.metadata().creationTimestamp(), Comparator.reverseOrder()))
        .limit(RESTORES)
        .map(RestoreLine::of)
        .toList();
  }

  private static boolean ended(Resource<RestoreSpec, RestoreStatus> restore) {
    return restore.status() != null && restore.status().ended();
  }

  private List<Place> places(@Nullable Name tested, @Nullable RepositoryCheck check) {
    return control.plane().resources().all(BackupKinds.REPOSITORY, Selection.ALL).stream()
        .map(repository -> Place.of(repository, repository.name().equals(tested) ? check : null))
        .toList();
  }

  /** Whether it can be reached, now. */
  @POST
  @Path("repositories/{repository}/check")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response check(@PathParam("repository") Name name) {
    return desk.serve(() -> plans(name, control.repositoryFeature().check(name)));
  }

  /** Who has to sign in after that comes here. */
  @GET
  @Path("repositories/{repository}/check")
  @Operation(hidden = true)
  public Response checked() {
    return Desk.to(Desk.HOME);
  }

  /** The dates of a plan, newest first. */
  @GET
  @Path("plans/{plan}")
  @Operation(hidden = true)
  public Response dates(@PathParam("plan") Name name, @QueryParam("from") @Nullable String from) {
    return desk.serve(() -> {
      var plan = control.planFeature().api().require(name);
      RunTimes times = control.runFeature().times();
      List<Resource<RunSpec, RunStatus>> runs =
          control.runFeature().runs().of(plan.uid()).stream()
              .sorted(times.oldestFirst().reversed())
              .toList();
      int start = Math.min(number(from), runs.size());
      int end = Math.min(start + DATES, runs.size());
      return desk.page(
          "backup-plan",
          new Values()
              .with("plan", PlanCard.aboveItsRuns(plan, runs, times))
              .with(
                  "proving",
                  control.verifyFeature().underWay(plan.uid()).map(PlanPages::proving).orElse(null))
              .with("runs", runs.subList(start, end).stream().map(RunLine::of).toList())
              .with(
                  "more",
                  end < runs.size() ? Desk.HOME + "/plans/" + name + "?from=" + end : null));
    });
  }

  /**
   * A proof that is under way.
   *
   * @param url where a script asks whether it has ended
   */
  public record Proving(String url, String words) {}

  private static Proving proving(Task proof) {
    return new Proving(
        BackupKinds.API + "/tasks/" + proof.id(),
        proof.startedAt() == null
            ? "Waits to be proven since " + ReadableTime.minute(proof.createdAt())
            : "Is being proven since " + ReadableTime.minute(proof.startedAt()));
  }

  private static int number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
  }

  @POST
  @Path("plans/{plan}/run")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response run(@BeanParam Asked asked, @PathParam("plan") Name name) {
    return desk.serve(() -> {
      var _ = control.planFeature().run(asked, name, Look.CHANGES);
      return Desk.to(Desk.HOME + "/plans/" + name);
    });
  }

  /** One that is under way is as good as another. */
  @POST
  @Path("plans/{plan}/verify")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response verify(@BeanParam Asked asked, @PathParam("plan") Name name) {
    return desk.serve(() -> {
      if (control
          .verifyFeature()
          .underWay(control.planFeature().api().require(name).uid())
          .isEmpty()) {
        var _ = control.planFeature().verify(asked, "", name, false);
      }
      return Desk.to(Desk.HOME + "/plans/" + name);
    });
  }

  @POST
  @Path("runs/{run}/cancel")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response cancel(@PathParam("run") Name name) {
    return desk.serve(() -> {
      var run = control.runFeature().api().require(name);
      control.runFeature().cancel(run.uid());
      return Desk.to(Desk.HOME + "/plans/" + run.spec().plan());
    });
  }
}
