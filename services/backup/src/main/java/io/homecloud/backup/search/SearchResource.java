package io.homecloud.backup.search;

import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** The HTTP door to search. */
@Path(BackupKinds.API + "/search")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class SearchResource {
  private final Search search;

  SearchResource(BackupControl control) {
    this.search = control.search();
  }

  /**
   * Where a file was, over all runs of all repositories. A page may have fewer than asked for, and
   * still there is another.
   *
   * @param name a part of its name, or a pattern of all of it with * and ?; with a slash, of the
   *     path
   */
  @GET
  public Page<Search.Hit> find(@BeanParam Asked asked, @QueryParam("name") @Nullable String name) {
    return search.find(NamePattern.of(name), asked.limit(), asked.position());
  }
}
