package io.homecloud.backup;

import io.homecloud.control.api.Roles;
import io.homecloud.control.api.ServiceApi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Path;

/** Backup's tasks and events. */
@Path(BackupKinds.API)
@RolesAllowed(Roles.ADMINISTRATOR)
public class BackupApi extends ServiceApi {
  BackupApi(BackupControl control) {
    super(control.plane());
  }
}
