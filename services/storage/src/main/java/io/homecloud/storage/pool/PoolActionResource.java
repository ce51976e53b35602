package io.homecloud.storage.pool;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Long jobs on a pool; each answers 202 with its task. */
@Path(StorageKinds.API + "/pools/{pool}")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class PoolActionResource {
  private final StorageControl control;

  PoolActionResource(StorageControl control) {
    this.control = control;
  }

  /**
   * Which chunks a balance rewrites.
   *
   * @param dataUsage those of data that are filled up to this percentage; 50 when absent
   * @param metadataUsage those of metadata, likewise
   */
  @Schema
  record Balance(@Nullable Integer dataUsage, @Nullable Integer metadataUsage) {}

  /**
   * A disk to add.
   *
   * @param disk id or path
   * @param erase take it whatever is on it
   */
  @Schema
  record Add(@Nullable String disk, boolean erase) {}

  /**
   * A disk to put in another's place.
   *
   * @param with id or path
   * @param erase take it whatever is on it
   */
  @Schema
  record With(@Nullable String with, boolean erase) {}

  /**
   * The profiles to convert to.
   *
   * @param dataProfile of files
   * @param metadataProfile of directories, checksums and the like
   */
  @Schema
  record Convert(@Nullable Profile dataProfile, @Nullable Profile metadataProfile) {}

  /**
   * Reads everything on the pool and verifies it; damage is repaired where there is another copy.
   */
  @POST
  @Path("scrub")
  @APIResponseSchema(
      value = Task.class,
      responseCode = "202",
      responseDescription = "Begun; follow the task.")
  public Response scrub(@BeanParam Asked asked, @PathParam("pool") Name pool) {
    return order(asked, "", () -> actions().scrub(pool, asked.subject()));
  }

  /** Moves data together, so that whole chunks become free again. */
  @POST
  @Path("balance")
  @RequestBodySchema(Balance.class)
  @APIResponseSchema(
      value = Task.class,
      responseCode = "202",
      responseDescription = "Begun; follow the task.")
  public Response balance(
      @BeanParam Asked asked, @PathParam("pool") Name pool, @Nullable String body) {
    Balance filter =
        body == null || body.isBlank() ? new Balance(null, null) : parse(body, Balance.class);
    return order(
        asked,
        body == null ? "" : body,
        () -> actions().balance(pool, filter.dataUsage(), filter.metadataUsage(), asked.subject()));
  }

  /** Adds a disk to the pool. */
  @POST
  @Path("disks")
  @RequestBodySchema(Add.class)
  @APIResponseSchema(
      value = Task.class,
      responseCode = "202",
      responseDescription = "Begun; follow the task.")
  public Response add(@BeanParam Asked asked, @PathParam("pool") Name pool, String body) {
    Add add = parse(body, Add.class);
    String disk = needed("disk", add.disk());
    return order(asked, body, () -> actions().add(pool, disk, add.erase(), asked.subject()));
  }

  /** Empties a disk and takes it out of the pool. */
  @DELETE
  @Path("disks/{disk}")
  @APIResponseSchema(
      value = Task.class,
      responseCode = "202",
      responseDescription = "Begun; follow the task.")
  public Response remove(
      @BeanParam Asked asked, @PathParam("pool") Name pool, @PathParam("disk") String disk) {
    return order(asked, "", () -> actions().remove(pool, disk, asked.subject()));
  }

  /** Puts another disk in this one's place; this one may be missing. */
  @POST
  @Path("disks/{disk}/replace")
  @RequestBodySchema(With.class)
  @APIResponseSchema(
      value = Task.class,
      responseCode = "202",
      responseDescription = "Begun; follow the task.")
  public Response replace(
      @BeanParam Asked asked,
      @PathParam("pool") Name pool,
      @PathParam("disk") String disk,
      String body) {
    With wish = parse(body, With.class);
    String with = needed("with", wish.with());
    return order(
        asked, body, () -> actions().replace(pool, disk, with, wish.erase(), asked.subject()));
  }

  /** Rewrites the pool with other profiles. */
  @POST
  @Path("convert")
  @RequestBodySchema(Convert.class)
  @APIResponseSchema(
      value = Task.class,
      responseCode = "202",
      responseDescription = "Begun; follow the task.")
  public Response convert(@BeanParam Asked asked, @PathParam("pool") Name pool, String body) {
    Convert to = parse(body, Convert.class);
    Profile data = needed("dataProfile", to.dataProfile());
    Profile metadata = needed("metadataProfile", to.metadataProfile());
    return order(asked, body, () -> actions().convert(pool, data, metadata, asked.subject()));
  }

  /** Counts the errors of its disks from 0 again; answers with the pool. */
  @POST
  @Path("reset-errors")
  @APIResponse(
      responseCode = "200",
      description = "With no errors.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Pool")))
  public Response resetErrors(@BeanParam Asked asked, @PathParam("pool") Name pool) {
    return control.poolFeature().api().settled(asked, actions().resetErrors(pool));
  }

  /**
   * Lets a pool whose condition says {@code DiskOutdated} go on with the disks that are there,
   * although they have missed what was written last: for when the others are lost. What only those
   * have is given up, and they are not taken in again unless they are erased. Answers with the
   * pool.
   */
  @POST
  @Path("use-outdated")
  @APIResponse(
      responseCode = "200",
      description = "It goes on.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Pool")))
  public Response useOutdated(@BeanParam Asked asked, @PathParam("pool") Name pool) {
    return control.poolFeature().api().settled(asked, actions().useOutdated(pool, asked.subject()));
  }

  private PoolActions actions() {
    return control.poolFeature().actions();
  }

  private <B> B parse(String body, Class<B> type) {
    return Bodies.parse(control.plane().json(), body, type);
  }

  private static <V> V needed(String member, @Nullable V value) {
    if (value == null) {
      throw CommonProblem.BODY_INVALID.because(member + " is missing.");
    }
    return value;
  }

  private Response order(Asked asked, String body, Supplier<TaskStore.Order> order) {
    return control.plane().taskApi().order(asked, body, order);
  }
}
