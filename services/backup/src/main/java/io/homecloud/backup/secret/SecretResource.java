package io.homecloud.backup.secret;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.control.Name;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The HTTP door to secrets: in, and never out again. */
@Path(BackupKinds.API + "/secrets")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class SecretResource {
  private final SecretStore store;
  private final SecretUse use;
  private final ObjectMapper json;

  SecretResource(BackupControl control, ObjectMapper json) {
    this.store = control.secrets();
    this.use = control.secretUse();
    this.json = Bodies.strict(json);
  }

  /**
   * What is set.
   *
   * @param values by what they are
   */
  @Schema(name = "SecretValues")
  record Values(Map<SecretKey, String> values) {
    @Override
    public String toString() {
      return "Values[not shown]";
    }
  }

  /**
   * That there is a secret.
   *
   * @param keys what it has
   */
  @Schema(name = "SecretName")
  record Known(String name, Set<SecretKey> keys) {}

  /** The names of all, and what each has. */
  @GET
  public List<Known> list() {
    return store.names().entrySet().stream()
        .map(one -> new Known(one.getKey(), one.getValue()))
        .toList();
  }

  /**
   * Sets a secret as a whole; nobody is ever shown it again. One that is a Secret of the cluster is
   * changed there, and here refused with 409 {@code field-owned}.
   */
  @PUT
  @Path("{name}")
  @RequestBody(content = @Content(schema = @Schema(implementation = Values.class)))
  @APIResponse(responseCode = "204", description = "Kept.")
  public Response set(@PathParam("name") Name name, String body) {
    store.requireOwn(name);
    store.set(name, Secret.checked(Bodies.parse(json, body, Values.class).values()));
    use.changed(name);
    return Response.noContent().build();
  }

  /** Forgets a secret that no repository and no plan needs. */
  @DELETE
  @Path("{name}")
  @APIResponse(responseCode = "204", description = "Forgotten.")
  public Response delete(@PathParam("name") Name name) {
    if (store.find(name).isEmpty()) {
      throw BackupProblem.SECRET_NOT_FOUND.because("There is no secret called " + name + ".");
    }
    List<String> users = use.users(name);
    if (!users.isEmpty()) {
      throw BackupProblem.SECRET_IN_USE
          .because("It is needed by " + String.join(", ", users) + ".")
          .with("users", users);
    }
    store.forget(name);
    return Response.noContent().build();
  }
}
