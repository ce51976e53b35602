package io.homecloud.sharing.share;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** What people had in shares of home directories who left, and the way back. */
@Path(SharingKinds.API + "/left-homes")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class LeftHomeResource {
  private final LeftHomeFeature homes;
  private final ObjectMapper json;

  LeftHomeResource(SharingControl control) {
    this.homes = control.shareFeature().leftHomes();
    this.json = control.plane().json();
  }

  /**
   * Who gets it.
   *
   * @param to an account
   */
  @Schema
  record Gift(@Nullable Name to) {}

  /** Directories that were put into the trash with their accounts, on the node that answers. */
  @GET
  public Page<LeftHomeFeature.LeftHome> list() {
    return Page.upTo(homes.all(), null);
  }

  /**
   * Brings a directory back: into the home of an account, which may be a new one of the same name,
   * under the name of who had it. What was theirs in it belongs to that account then.
   */
  @POST
  @Path("{share}/{id}/give")
  @RequestBodySchema(Gift.class)
  @APIResponse(responseCode = "204", description = "That account has it.")
  public Response give(@PathParam("share") Name share, @PathParam("id") String id, String body) {
    Name to = Bodies.parse(json, body, Gift.class).to();
    if (to == null) {
      throw CommonProblem.BODY_INVALID.because("to, the account that gets it, is missing.");
    }
    homes.give(share, id, to);
    return Response.noContent().build();
  }
}
