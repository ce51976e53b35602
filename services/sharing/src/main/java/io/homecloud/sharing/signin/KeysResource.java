package io.homecloud.sharing.signin;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;

/** The keys that tokens are signed with. */
@Path(SharingKinds.API + "/sign-in/keys")
@RunOnVirtualThread
public class KeysResource {
  private final KeyRotation keys;
  private final ObjectMapper json;

  KeysResource(SharingControl control) {
    this.keys = control.people().keys();
    this.json = control.plane().json();
  }

  /**
   * How to change the key.
   *
   * @param refuseOld true when a key was stolen: tokens of all earlier ones are refused at once,
   *     and whoever is signed in gets a new one by refreshing. Else they are good until they expire
   */
  @Schema(name = "KeyRotation")
  record Rotation(boolean refuseOld) {}

  /** The public keys of all tokens that are good, a JSON Web Key Set (RFC 7517). */
  @GET
  @PermitAll
  @Produces(MediaType.APPLICATION_JSON)
  public String publicKeys() {
    return keys.publicSet();
  }

  /** Signs with a new key from now on; tells all whose tokens are good, the newest first. */
  @POST
  @RolesAllowed(Roles.ADMINISTRATOR)
  @RequestBodySchema(Rotation.class)
  public Page<KeyRotation.Key> rotate(String body) {
    keys.rotate(!body.isBlank() && Bodies.parse(json, body, Rotation.class).refuseOld());
    return Page.upTo(keys.all(), null);
  }
}
