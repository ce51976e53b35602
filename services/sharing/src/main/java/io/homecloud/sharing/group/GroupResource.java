package io.homecloud.sharing.group;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.ResourceApi;
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

/** The HTTP door to groups. */
@Path(SharingKinds.API + "/groups")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class GroupResource {
  private final ResourceApi<GroupSpec, GroupStatus> groups;

  GroupResource(SharingControl control) {
    this.groups = control.people().groups();
  }

  @GET
  public Page<Resource<GroupSpec, GroupStatus>> list(@BeanParam Asked asked) {
    return groups.list(asked, Optional.empty());
  }

  @GET
  @Path("{name}")
  public Response get(@PathParam("name") Name name) {
    return groups.get(name);
  }

  @POST
  public Response create(@BeanParam Asked asked, String body) {
    return groups.create(asked, body);
  }

  @PUT
  @Path("{name}")
  public Response replace(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return groups.replace(asked, name, body);
  }

  @PATCH
  @Path("{name}")
  public Response patch(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return groups.patch(asked, name, body);
  }

  @DELETE
  @Path("{name}")
  public Response delete(@BeanParam Asked asked, @PathParam("name") Name name) {
    return groups.delete(asked, name);
  }
}
