package io.homecloud.storage.pool;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Roles;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The HTTP door for pools that come with everything on them, and that are given away. */
@Path(StorageKinds.API + "/pools")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class AdoptResource {
  private final StorageControl control;

  AdoptResource(StorageControl control) {
    this.control = control;
  }

  /**
   * Makes the pool on these disks one of this installation, with everything on it.
   *
   * @param disks ids or paths; one of a pool of several is enough
   * @param as how to call it here, when its name or names of its volumes are taken
   */
  @Schema
  record Adoption(@Nullable List<String> disks, @Nullable Name as) {}

  /**
   * Makes the pool on these disks one of this installation. It can be repeated and takes no
   * Idempotency-Key: nothing on the disk is changed by it, and what is here already is answered as
   * it is.
   *
   * @param node where the disks are; with several nodes it has to be there unless they are named by
   *     ids
   */
  @POST
  @Path("adopt")
  @RequestBodySchema(Adoption.class)
  @APIResponse(
      responseCode = "201",
      description = "It is here.",
      content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Pool")))
  public Response adopt(
      @BeanParam Asked asked, @QueryParam("node") @Nullable String node, String body) {
    Adoption wish = Bodies.parse(control.plane().json(), body, Adoption.class);
    List<String> disks = wish.disks() == null ? List.of() : wish.disks();
    if (node == null) {
      PoolDisks.requireOfOneNode(
          disks, control.plane().nodes(), control.plane().resources(), "?node=");
    }
    Resource<PoolSpec, PoolStatus> pool =
        control.adoptionFeature().adoption().adopt(disks, Optional.ofNullable(wish.as()));
    return control.poolFeature().api().made(asked, pool.uid());
  }

  /**
   * Gives a pool away with everything on it; when it answers, the disks can be unplugged. It can be
   * repeated and takes no Idempotency-Key: a pool that is away already is answered 404, and
   * adopting it undoes it. A pool whose disks are gone for good is given up by it, with the names
   * of its volumes. Where another pool may have got its name meanwhile, If-Match says which one is
   * meant.
   */
  @POST
  @Path("{name}/export")
  public Resource<PoolSpec, PoolStatus> export(
      @BeanParam Asked asked, @PathParam("name") Name name) {
    return control.adoptionFeature().export().export(name, asked.ifMatch());
  }
}
