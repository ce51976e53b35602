package io.homecloud.storage.trash;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The HTTP door to the trash. */
@Path(StorageKinds.API + "/trash")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class TrashResource {
  private final StorageControl control;

  TrashResource(StorageControl control) {
    this.control = control;
  }

  @GET
  public Page<Resource<TrashSpec, TrashStatus>> list(@BeanParam Asked asked) {
    return control.trashFeature().api().list(asked, Optional.empty());
  }

  /**
   * Deletes everything in the trash for good; what has a pinned snapshot stays.
   *
   * @param pool only what is in this pool
   */
  @DELETE
  public TrashFeature.Emptied empty(@QueryParam("pool") @Nullable Name pool) {
    return control.trashFeature().empty(Optional.ofNullable(pool));
  }

  @GET
  @Path("{id}")
  public Response get(@PathParam("id") Name id) {
    return control.trashFeature().api().get(id);
  }

  /** Deletes for good. */
  @DELETE
  @Path("{id}")
  public Response delete(@BeanParam Asked asked, @PathParam("id") Name id) {
    return control.trashFeature().api().delete(asked, id);
  }

  /** Gives the volume back; a body is needed only to give it another name. */
  @POST
  @Path("{id}/restore")
  @RequestBodySchema(As.class)
  @APIResponse(
      responseCode = "200",
      description = "The volume, which is there again.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Volume")))
  public Response restore(@BeanParam Asked asked, @PathParam("id") Name id, @Nullable String body) {
    Optional<Name> as =
        body == null || body.isBlank()
            ? Optional.empty()
            : Optional.ofNullable(Bodies.parse(control.plane().json(), body, As.class).as());
    return control
        .volumeFeature()
        .api()
        .settled(
            asked,
            body == null ? "" : body,
            control.trashFeature().uid(id),
            () -> control.trashFeature().restore(id, as));
  }

  /**
   * The name to restore as.
   *
   * @param as the name that it had when absent
   */
  @Schema
  record As(@Nullable Name as) {}
}
