package io.homecloud.notes;

import io.homecloud.control.api.Roles;
import io.homecloud.control.api.ServiceApi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Path;

/** The service's tasks and events. */
@Path(NotesApi.PATH)
@RolesAllowed(Roles.ADMINISTRATOR)
public class NotesApi extends ServiceApi {
  static final String PATH = "/api/notes/v1";

  NotesApi(NotesControl control) {
    super(control.plane());
  }
}
