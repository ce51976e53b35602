package io.homecloud.storage.putback;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
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
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Puts a whole volume back to one of its snapshots; answers 202 with the task. */
@Path(StorageKinds.API + "/volumes/{volume}/rollback")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class RollbackResource {
  private final StorageControl control;

  RollbackResource(StorageControl control) {
    this.control = control;
  }

  /**
   * Back to when.
   *
   * @param snapshot of this volume
   */
  @Schema(name = "Rollback")
  record Wish(@Nullable Name snapshot) {}

  /**
   * Puts a whole volume back, file by file, while it is in use; the present is kept in a snapshot
   * first.
   */
  @POST
  @RequestBodySchema(Wish.class)
  @APIResponseSchema(
      value = Task.class,
      responseCode = "202",
      responseDescription = "Begun; follow the task.")
  public Response rollback(@BeanParam Asked asked, @PathParam("volume") Name volume, String body) {
    Wish wish = Bodies.parse(control.plane().json(), body, Wish.class);
    Name snapshot = wish.snapshot();
    if (snapshot == null) {
      throw CommonProblem.BODY_INVALID.because("snapshot is missing: what to roll back to.");
    }
    return control
        .plane()
        .taskApi()
        .order(
            asked,
            body,
            () -> control.putBackFeature().orders().rollback(volume, snapshot, asked.subject()));
  }
}
