package io.homecloud.storage.pool;

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
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** The HTTP door to pools. */
@Path(StorageKinds.API + "/pools")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class PoolResource {
  private final PoolFeature feature;

  PoolResource(StorageControl control) {
    this.feature = control.poolFeature();
  }

  @GET
  public Page<Resource<PoolSpec, PoolStatus>> list(@BeanParam Asked asked) {
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

  /** Forgets a pool; its disks keep what is on them. */
  @DELETE
  @Path("{name}")
  public Response delete(@BeanParam Asked asked, @PathParam("name") Name name) {
    return feature.api().delete(asked, name);
  }
}
