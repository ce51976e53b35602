package io.homecloud.notes;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.Note;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Bodies;
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

/** The HTTP door to notes. */
@Path(NotesApi.PATH + "/notes")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class NoteResource {
  private final ResourceApi<Note.Spec, Note.Observed> notes;
  private final ControlPlane plane;

  NoteResource(NotesControl control) {
    this.notes = control.notes();
    this.plane = control.plane();
  }

  @GET
  public Page<Resource<Note.Spec, Note.Observed>> list(@BeanParam Asked asked) {
    return notes.list(asked, Optional.empty());
  }

  @GET
  @Path("{name}")
  public Response get(@PathParam("name") Name name) {
    return notes.get(name);
  }

  @POST
  public Response create(@BeanParam Asked asked, String body) {
    return notes.create(asked, body);
  }

  @PUT
  @Path("{name}")
  public Response replace(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return notes.replace(asked, name, body);
  }

  @PATCH
  @Path("{name}")
  public Response patch(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return notes.patch(asked, name, body);
  }

  @DELETE
  @Path("{name}")
  public Response delete(@BeanParam Asked asked, @PathParam("name") Name name) {
    return notes.delete(asked, name);
  }

  /** Has a note read. */
  @POST
  @Path("{name}/proofread")
  public Response proofread(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    Proofreading.Wish wish = Bodies.parse(plane.json(), body, Proofreading.Wish.class);
    return plane
        .taskApi()
        .order(asked, body, () -> Proofreading.order(notes.require(name), wish, asked.subject()));
  }
}
