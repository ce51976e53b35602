package io.homecloud.storage.volume;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
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
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The HTTP door to volumes. */
@Path(StorageKinds.API + "/volumes")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class VolumeResource {
  private final VolumeFeature feature;

  VolumeResource(StorageControl control) {
    this.feature = control.volumeFeature();
  }

  @GET
  public Page<Resource<VolumeSpec, VolumeStatus>> list(@BeanParam Asked asked) {
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

  /** Moves a volume to the trash. */
  @DELETE
  @Path("{name}")
  public Response delete(@BeanParam Asked asked, @PathParam("name") Name name) {
    return feature.api().delete(asked, name);
  }

  /** Makes a new volume that starts as a copy of this one, in no time. */
  @POST
  @Path("{name}/clone")
  @RequestBodySchema(Cloning.Wish.class)
  @APIResponse(
      responseCode = "201",
      description = "Recorded; with `wait`, ready.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Volume")))
  public Response clone(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return feature.cloning().order(asked, name, body);
  }
}
