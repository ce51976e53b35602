package io.homecloud.backup.run;

import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.control.resource.Resource;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The HTTP door to runs. */
@Path(BackupKinds.API + "/runs")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class RunResource {
  private final ControlPlane plane;
  private final RunFeature feature;

  RunResource(BackupControl control) {
    this.plane = control.plane();
    this.feature = control.runFeature();
  }

  /**
   * A page of all, or of those of one plan.
   *
   * @param plan its name
   */
  @GET
  public Page<Resource<RunSpec, RunStatus>> list(
      @BeanParam Asked asked, @QueryParam("plan") @Nullable String plan) {
    return feature.api().list(asked, Optional.ofNullable(plan).map(this::plan));
  }

  private UUID plan(String name) {
    return plane
        .resources()
        .find(BackupKinds.PLAN, new Name(name))
        .map(Resource::uid)
        .orElseThrow(
            () -> BackupProblem.PLAN_NOT_FOUND.because("There is no plan called " + name + "."));
  }

  @GET
  @Path("{name}")
  public Response get(@PathParam("name") Name name) {
    return feature.api().get(name);
  }

  /** Changes {@code spec.pinned}, and nothing else. */
  @PATCH
  @Path("{name}")
  public Response patch(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return feature.api().patch(asked, name, body);
  }

  /** Deletes the run and its copy. */
  @DELETE
  @Path("{name}")
  public Response delete(@BeanParam Asked asked, @PathParam("name") Name name) {
    return feature.api().delete(asked, name);
  }

  /** Asks the run to stop; nothing is kept of it. */
  @POST
  @Path("{name}/cancel")
  @APIResponse(
      responseCode = "200",
      description = "Asked to stop.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Run")))
  public Response cancel(@BeanParam Asked asked, @PathParam("name") Name name) {
    UUID run = feature.api().require(name).uid();
    return feature.api().settled(asked, "", run, () -> feature.cancel(run));
  }

  /** Keeps the run whatever its plan's retention says, until the pin is taken away. */
  @POST
  @Path("{name}/pin")
  @APIResponse(
      responseCode = "200",
      description = "Pinned.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Run")))
  public Response pin(@BeanParam Asked asked, @PathParam("name") Name name) {
    UUID run = feature.api().require(name).uid();
    return feature.api().settled(asked, "", run, () -> feature.pin(name, asked.ifMatch(), true));
  }

  /**
   * What its programs and hooks said while it was made, with times: of a long one the beginning and
   * the end. It goes with the run.
   */
  @GET
  @Path("{name}/log")
  @APIResponse(
      responseCode = "200",
      description = "A line for each thing that was said.",
      content = @Content(mediaType = MediaType.TEXT_PLAIN))
  public Response log(@PathParam("name") Name name) {
    String log =
        feature
            .logs()
            .read(feature.api().require(name).uid())
            .orElseThrow(() ->
                BackupProblem.FILE_NOT_FOUND.because(
                    "There is no log of the run: nothing was done for it yet, or not by this installation."));
    return Response.ok(log, MediaType.TEXT_PLAIN_TYPE.withCharset("UTF-8"))
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }

  /** A file of the copy; or a page of a directory, or all of it. At the top are the volumes. */
  @GET
  @Path("{name}/files/{path:.*}")
  @Parameter(name = "zip", in = ParameterIn.QUERY, description = "A directory as a zip; no value.")
  @APIResponse(
      responseCode = "200",
      description = "The file, or what is in the directory.",
      content = {
        @Content(mediaType = MediaType.APPLICATION_OCTET_STREAM),
        @Content(mediaType = "application/zip"),
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = RunFiles.Listing.class))
      })
  public Response files(
      @BeanParam Asked asked,
      @PathParam("name") Name name,
      @Context UriInfo uri,
      @Context RoutingContext routing) {
    return feature
        .files()
        .get(
            feature.api().require(name),
            asked,
            encoded(uri),
            uri.getQueryParameters().containsKey("zip"),
            routing);
  }

  /** As it was asked: a percent sign in a name would be decoded twice else. */
  private static String encoded(UriInfo uri) {
    String[] parts =
        uri.getRequestUri().getRawPath().substring(BackupKinds.API.length()).split("/", 5);
    return parts.length < 5 ? "" : parts[4];
  }
}
