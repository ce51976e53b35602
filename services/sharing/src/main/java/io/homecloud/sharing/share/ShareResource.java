package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.control.resource.Resource;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
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

/** The HTTP door to shares. */
@Path(SharingKinds.API + "/shares")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class ShareResource {
  private final ShareFeature feature;

  ShareResource(SharingControl control) {
    this.feature = control.shareFeature();
  }

  @GET
  public Page<Resource<ShareSpec, ShareStatus>> list(@BeanParam Asked asked) {
    return feature.api().list(asked, Optional.empty());
  }

  @GET
  @Path("{name}")
  public Response get(@PathParam("name") Name name) {
    return feature.api().get(name);
  }

  /** Who did what in it, the latest first; nothing when that is not written down. */
  @GET
  @Path("{name}/accesses")
  public Page<NotedAccess> accesses(@BeanParam Asked asked, @PathParam("name") Name name) {
    return feature.accesses(name, asked);
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

  /** Shares it no more; the files stay. */
  @DELETE
  @Path("{name}")
  public Response delete(@BeanParam Asked asked, @PathParam("name") Name name) {
    return feature.api().delete(asked, name);
  }
}
