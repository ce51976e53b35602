package io.homecloud.backup.page;

import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.tree.Looked;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.pages.Pages.Values;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** One run: how it went, what was said meanwhile, and its pin. */
@Path(Desk.HOME)
@PermitAll
@RunOnVirtualThread
public class RunPages {
  private static final int LINES = 40;

  private final BackupControl control;
  private final Desk desk;

  RunPages(BackupControl control, Desk desk) {
    this.control = control;
    this.desk = desk;
  }

  @GET
  @Path("runs/{run}")
  @Operation(hidden = true)
  public Response run(@PathParam("run") Name name) {
    return desk.serve(() -> {
      var run = control.runFeature().api().require(name);
      List<String> lines = control.runFeature().logs().ending(run.uid(), LINES);
      return desk.page(
          "backup-run",
          new Values()
              .with("run", RunLine.of(run))
              .with("plan", run.spec().plan().value())
              .with("repository", run.spec().repository().value())
              .with("looked", looked(run))
              .with("log", String.join("\n", lines))
              .with(
                  "whole",
                  lines.isEmpty() ? null : BackupKinds.API + "/runs/" + run.name() + "/log")
              .with("zip", BackupKinds.API + "/runs/" + run.name() + "/files/?zip"));
    });
  }

  private static String looked(Resource<RunSpec, RunStatus> run) {
    Looked looked = run.status() == null ? null : run.status().looked();
    if (looked == null) {
      return "";
    }
    String files = Words.count(looked.files(), "name was", "names were") + " looked at";
    return looked.how() == Looked.How.Changes
        ? files + ", which storage said had changed."
        : files + ". " + Optional.ofNullable(looked.because()).orElse("");
  }

  /** Whatever its plan's retention says, it stays; or not any more. */
  @POST
  @Path("runs/{run}/pin")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response pin(
      @PathParam("run") Name name,
      @FormParam("pinned") @Nullable String pinned,
      @FormParam("to") @Nullable String to) {
    return desk.serve(() -> {
      var run = control.runFeature().api().require(name);
      control.runFeature().pin(name, Optional.empty(), "yes".equals(pinned));
      return Desk.to(
          Desk.HOME + ("run".equals(to) ? "/runs/" + name : "/plans/" + run.spec().plan()));
    });
  }
}
