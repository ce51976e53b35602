package io.homecloud.sharing.signin;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The password of an account. */
@Path(SharingKinds.API + "/accounts/{name}/password")
@RunOnVirtualThread
public class PasswordResource {
  private final ObjectMapper json;
  private final SharingControl control;
  private final PasswordChanges changes;
  private final Asker asker;

  PasswordResource(SharingControl control, JsonWebToken token) {
    this.control = control;
    this.changes = new PasswordChanges(control);
    this.json = control.plane().json();
    this.asker = new Asker(token);
  }

  /**
   * A new password.
   *
   * @param password the new one
   * @param current the one until now; an administrator need not know it
   */
  @Schema
  record NewPassword(@Nullable String password, @Nullable String current) {
    @Override
    public String toString() {
      return "NewPassword[not shown]";
    }
  }

  /**
   * Sets an account's password, for SMB, WebDAV and pages alike. Its owner says the current one
   * too. Wherever else the account is signed in, it is not any more, and its connections by SMB
   * end. When this is answered Samba and httpd know it too, unless they take longer than five
   * seconds. One that is kept as a Secret of the cluster ({@code passwordSecretRef}) is changed
   * there, and here refused with 409 {@code field-owned}.
   */
  @PUT
  @RolesAllowed({Roles.ADMINISTRATOR, Roles.MEMBER})
  @RequestBodySchema(NewPassword.class)
  @APIResponse(responseCode = "204", description = "It is the password now.")
  public Response password(
      @Context HttpServerRequest request, @PathParam("name") Name name, String body) {
    NewPassword wished = Bodies.parse(json, body, NewPassword.class);
    if (wished.password() == null) {
      throw CommonProblem.BODY_INVALID.because("password is missing.");
    }
    boolean own = me().filter(me -> me.name().equals(name)).isPresent();
    if (!own && !asker.administrator()) {
      throw CommonProblem.FORBIDDEN.because("Everybody may change the own password only.");
    }
    Resource<AccountSpec, AccountStatus> account = control.people().accounts().require(name);
    if (!own) {
      changes.ofAnother(account, wished.password());
      return Response.noContent().build();
    }
    if (wished.current() == null) {
      throw CommonProblem.BODY_INVALID.because("current, the password until now, is missing.");
    }
    changes.own(
        account,
        wished.current(),
        wished.password(),
        SignInResource.caller(request),
        asker.session());
    return Response.noContent().build();
  }

  private Optional<Resource<AccountSpec, AccountStatus>> me() {
    return asker
        .account()
        .flatMap(uid -> control.plane().resources().find(SharingKinds.ACCOUNT, uid));
  }
}
