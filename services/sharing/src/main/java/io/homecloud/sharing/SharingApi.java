package io.homecloud.sharing;

import io.homecloud.control.api.Roles;
import io.homecloud.control.api.ServiceApi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Path;

/** Sharing's tasks and events. */
@Path(SharingKinds.API)
@RolesAllowed(Roles.ADMINISTRATOR)
public class SharingApi extends ServiceApi {
  SharingApi(SharingControl control) {
    super(control.plane());
  }
}
