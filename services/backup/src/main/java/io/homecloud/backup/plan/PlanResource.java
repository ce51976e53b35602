package io.homecloud.backup.plan;

import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.change.Look;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The HTTP door to plans. */
@Path(BackupKinds.API + "/plans")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class PlanResource {
  private final PlanFeature feature;

  PlanResource(BackupControl control) {
    this.feature = control.planFeature();
  }

  @GET
  public Page<Resource<PlanSpec, PlanStatus>> list(@BeanParam Asked asked) {
    return feature.api().list(asked, Optional.empty());
  }

  @GET
  @Path("{name}")
  public Response get(@PathParam("name") Name name) {
    return feature.api().get(name);
  }

  @POST
  public Response create(@BeanParam Asked asked, String body) {
    return feature.api().create(asked, body);
  }

  @PUT
  @Path("{name}")
  public Response replace(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return feature.api().replace(asked, name, body);
  }

  @PATCH
  @Path("{name}")
  public Response patch(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return feature.api().patch(asked, name, body);
  }

  /** Ends the plan; its runs stay, and can be restored. */
  @DELETE
  @Path("{name}")
  public Response delete(@BeanParam Asked asked, @PathParam("name") Name name) {
    return feature.api().delete(asked, name);
  }

  /**
   * Copies now.
   *
   * @param look {@code scan}: look at everything, also where storage says what has changed; {@code
   *     prove}: afterwards look at everything too, and copy again what should be otherwise
   */
  @POST
  @Path("{name}/run")
  @APIResponse(
      responseCode = "200",
      description = "Waited for, and complete.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Run")))
  @APIResponse(
      responseCode = "202",
      description = "Ordered.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Run")))
  public Response run(
      @BeanParam Asked asked,
      @PathParam("name") Name name,
      @QueryParam("look") @Nullable String look) {
    return feature.run(asked, name, Look.asked(look));
  }

  /**
   * Restores a sample of what its copies have into a place of its own, and compares it with what
   * was copied; the condition {@code Verified} says what came of it.
   *
   * @param all whether everything of the newest run is to be restored, if there is room for it
   */
  @POST
  @Path("{name}/verify")
  @APIResponse(
      responseCode = "200",
      description = "Waited for, and it has ended.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Task")))
  @APIResponse(
      responseCode = "202",
      description = "Ordered.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Task")))
  public Response verify(
      @BeanParam Asked asked,
      @PathParam("name") Name name,
      @QueryParam("all") @Nullable String all) {
    return feature.verify(asked, "", name, "true".equals(all));
  }

  /**
   * What its sources' rules select now, files and bytes, and what its retention would keep, and
   * why, newest first. Counting ends after 20 seconds, or the time that {@code wait} says.
   */
  @GET
  @Path("{name}/preview")
  public PlanFeature.Whole preview(
      @BeanParam Asked asked, @PathParam("name") Name name, @Context RoutingContext routing) {
    return counted(routing, () -> feature.preview(asked, name));
  }

  /**
   * The same, as it would be after a change: the body is the merge patch that {@code PATCH} of the
   * plan takes. Nothing is changed, and what could not be changed so is refused as there.
   */
  @POST
  @Path("{name}/preview")
  @RequestBody(
      content =
          @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "PlanBody")))
  public PlanFeature.Whole previewOfChange(
      @BeanParam Asked asked,
      @PathParam("name") Name name,
      String body,
      @Context RoutingContext routing) {
    return counted(routing, () -> feature.preview(asked, name, body));
  }

  private static PlanFeature.Whole counted(
      RoutingContext routing, Supplier<PlanFeature.Whole> preview) {
    Thread counting = Thread.currentThread();
    routing.addEndHandler(ended -> {
      if (ended.failed()) {
        // Who asked has gone.
        counting.interrupt();
      }
    });
    try {
      return preview.get();
    } catch (CancellationException e) {
      throw CommonProblem.REQUEST_REFUSED.because("Nobody waits for the answer any more.");
    }
  }
}
