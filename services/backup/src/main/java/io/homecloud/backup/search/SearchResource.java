package io.homecloud.backup.search;

import io.homecloud.backup.BackupKinds;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** The HTTP door to search. */
@Path(BackupKinds.API + "/search")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class SearchResource {
  private final NodesSearch search;

  SearchResource(NodesSearch search) {
    this.search = search;
  }

  /**
   * Where a file was, over all runs of all repositories, on all nodes. A page may have fewer than
   * asked for, and still there is another.
   *
   * @param name a part of its name, or a pattern of all of it with * and ?; with a slash, of the
   *     path
   * @param node whose copies alone are meant
   */
  @GET
  public NodesSearch.Found find(
      @BeanParam Asked asked,
      @QueryParam("name") @Nullable String name,
      @QueryParam("node") @Nullable String node,
      @Context HttpHeaders headers) {
    return search.find(
        name, asked.limit(), asked.position(), headers.getRequestHeaders(), node != null);
  }
}
