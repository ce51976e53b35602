package io.homecloud.backup.repository;

import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.api.Roles;
import io.homecloud.control.resource.Resource;
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

/** The HTTP door to repositories. */
@Path(BackupKinds.API + "/repositories")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class RepositoryResource {
  private final RepositoryFeature feature;
  private final ResourceApi<RepositorySpec, RepositoryStatus> api;

  RepositoryResource(BackupControl control) {
    this.feature = control.repositoryFeature();
    this.api = feature.api();
  }

  @GET
  public Page<Resource<RepositorySpec, RepositoryStatus>> list(@BeanParam Asked asked) {
    return api.list(asked, Optional.empty());
  }

  @GET
  @Path("{name}")
  public Response get(@PathParam("name") Name name) {
    return api.get(name);
  }

  /** Makes a repository, or attaches the one that is there with all its runs. */
  @POST
  public Response create(@BeanParam Asked asked, String body) {
    return api.create(asked, body);
  }

  @PUT
  @Path("{name}")
  public Response replace(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return api.replace(asked, name, body);
  }

  @PATCH
  @Path("{name}")
  public Response patch(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return api.patch(asked, name, body);
  }

  /** Lets go of it; what is on its disk stays. */
  @DELETE
  @Path("{name}")
  public Response delete(@BeanParam Asked asked, @PathParam("name") Name name) {
    return api.delete(asked, name);
  }

  /**
   * Looks now whether the repository can be reached and read, with its secrets, whatever is
   * remembered of it. That it cannot is an answer too.
   */
  @POST
  @Path("{name}/check")
  public RepositoryCheck check(@PathParam("name") Name name) {
    return feature.check(name);
  }

  /**
   * It and its runs are read on this node from now on, or on the one that {@code ?node=} names: for
   * when its own node is lost and every node gets to it. Refused with 409 while that node is there,
   * and for a repository on its disks.
   */
  @POST
  @Path("{name}/take")
  public Resource<RepositorySpec, RepositoryStatus> take(@PathParam("name") Name name) {
    return feature.take(name);
  }
}
