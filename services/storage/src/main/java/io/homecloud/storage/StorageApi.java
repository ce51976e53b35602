package io.homecloud.storage;

import io.homecloud.control.api.Roles;
import io.homecloud.control.api.ServiceApi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Path;

/** Storage's tasks and events. */
@Path(StorageKinds.API)
@RolesAllowed(Roles.ADMINISTRATOR)
public class StorageApi extends ServiceApi {
  StorageApi(StorageControl control) {
    super(control.plane());
  }
}
