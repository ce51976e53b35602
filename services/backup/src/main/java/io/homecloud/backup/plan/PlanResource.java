package io.homecloud.backup.plan;

import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.change.Look;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.control.resource.Resource;
import io.smallrye.common.annotation.RunOnVirtualThread;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
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

  /** What its retention would keep now, and why, newest first. */
  @GET
  @Path("{name}/preview")
  public List<PlanFeature.Preview> preview(@PathParam("name") Name name) {
    return feature.preview(name);
  }
}
