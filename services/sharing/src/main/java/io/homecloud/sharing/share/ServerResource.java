package io.homecloud.sharing.share;

import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** The servers that serve shares. */
@Path(SharingKinds.API + "/servers")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class ServerResource {
  private final Servers servers;

  ServerResource(SharingControl control) {
    this.servers = control.shareFeature().servers();
  }

  /**
   * Which servers run on the node that answers, and where; pages and API over HTTPS are WebDAV's.
   */
  @GET
  public Page<Servers.Server> list() {
    return Page.upTo(servers.all(), null);
  }
}
