package io.homecloud.storage.putback;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Roles;
import io.homecloud.control.task.Task;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;

/** Fetches files of a snapshot back into its volume; answers 202 with the task. */
@Path(StorageKinds.API + "/snapshots/{snapshot}/restore")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class RestoreResource {
  private final StorageControl control;

  RestoreResource(StorageControl control) {
    this.control = control;
  }

  /**
   * Fetches files and directories of a snapshot back into its volume, or to another place in it.
   */
  @POST
  @RequestBodySchema(Restoring.Wish.class)
  @APIResponseSchema(
      value = Task.class,
      responseCode = "202",
      responseDescription = "Begun; follow the task.")
  public Response restore(
      @BeanParam Asked asked, @PathParam("snapshot") Name snapshot, String body) {
    return control
        .plane()
        .taskApi()
        .order(
            asked,
            body,
            () -> control.putBackFeature().restoring().order(snapshot, body, asked.subject()));
  }
}
