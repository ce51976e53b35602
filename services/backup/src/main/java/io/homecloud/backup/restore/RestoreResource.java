package io.homecloud.backup.restore;

import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
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
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The HTTP door to restores. */
@Path(BackupKinds.API + "/restores")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class RestoreResource {
  private final RestoreFeature feature;

  RestoreResource(BackupControl control) {
    this.feature = control.restoreFeature();
  }

  @GET
  public Page<Resource<RestoreSpec, RestoreStatus>> list(@BeanParam Asked asked) {
    return feature.api().list(asked, Optional.empty());
  }

  @GET
  @Path("{name}")
  public Response get(@PathParam("name") Name name) {
    return feature.api().get(name);
  }

  /** Brings back what a run has. */
  @POST
  public Response create(@BeanParam Asked asked, String body) {
    return feature.api().create(asked, body);
  }

  /** Forgets that there was this restore; what it brought back stays. */
  @DELETE
  @Path("{name}")
  public Response delete(@BeanParam Asked asked, @PathParam("name") Name name) {
    return feature.api().delete(asked, name);
  }

  /** Asks the restore to stop; what had come into place stays. */
  @POST
  @Path("{name}/cancel")
  @APIResponse(
      responseCode = "200",
      description = "Asked to stop.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Restore")))
  public Response cancel(@BeanParam Asked asked, @PathParam("name") Name name) {
    Resource<RestoreSpec, RestoreStatus> restore = feature.api().require(name);
    return feature.api().settled(asked, "", restore.uid(), () -> feature.cancel(restore));
  }

  /**
   * Begins a restore again that has failed or was cancelled. A failed one goes on with what it had
   * copied, if there was room for it and it is sound; any other begins anew. What had come into
   * place stays.
   */
  @POST
  @Path("{name}/retry")
  @APIResponse(
      responseCode = "200",
      description = "Begun again.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Restore")))
  public Response retry(@BeanParam Asked asked, @PathParam("name") Name name) {
    Resource<RestoreSpec, RestoreStatus> restore = feature.api().require(name);
    return feature.api().settled(asked, "", restore.uid(), () -> feature.retry(restore.uid()));
  }
}
