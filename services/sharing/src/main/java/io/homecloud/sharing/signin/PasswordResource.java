package io.homecloud.sharing.signin;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.SharingProblem;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The password of an account. */
@Path(SharingKinds.API + "/accounts/{name}/password")
@RunOnVirtualThread
public class PasswordResource {
  private final SignIn signIn;
  private final SignInSessions sessions;
  private final ObjectMapper json;
  private final SharingControl control;
  private final Asker asker;

  PasswordResource(SharingControl control, JsonWebToken token) {
    this.control = control;
    this.signIn = control.people().signIn();
    this.sessions = control.people().sessions();
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
    refuseOfSecret(account);
    if (own) {
      requireCurrent(account, wished, SignInResource.caller(request));
    }
    set(account, wished.password(), asker.session().filter(_ -> own));
    return Response.noContent().build();
  }

  private void set(
      Resource<AccountSpec, AccountStatus> account, String password, Optional<UUID> here) {
    // Before: whoever does it again after it has ended half way has no password until now to say.
    control
        .people()
        .passwords()
        .set(account.uid(), account.name(), password, () -> endOthers(account.uid(), here));
    try {
      endOthers(account.uid(), here);
    } finally {
      control.plane().wake(account.uid());
      control.shareFeature().passwordChanged();
    }
  }

  private void endOthers(UUID account, Optional<UUID> here) {
    here.ifPresentOrElse(
        session -> sessions.endOthers(account, session), () -> sessions.endAll(account));
  }

  /** At the next start, if not before, it would be the one of the Secret again. */
  private void refuseOfSecret(Resource<AccountSpec, AccountStatus> account) {
    AccountSpec.PasswordRef reference = account.spec().passwordSecretRef();
    if (reference != null && control.plane().hasOutside()) {
      throw CommonProblem.FIELD_OWNED.because(
          "The password of "
              + account.name()
              + " is kept in Secret "
              + reference.name()
              + " of the cluster; change it there, or take passwordSecretRef out of the account first.");
    }
  }

  private Optional<Resource<AccountSpec, AccountStatus>> me() {
    return asker
        .account()
        .flatMap(uid -> control.plane().resources().find(SharingKinds.ACCOUNT, uid));
  }

  private void requireCurrent(
      Resource<AccountSpec, AccountStatus> account, NewPassword wished, SignIn.Caller caller) {
    String current = wished.current();
    if (current == null || wished.password() == null) {
      throw CommonProblem.BODY_INVALID.because("current, the password until now, is missing.");
    }
    // Where it is the new one already it is repeated, for a node that did not hear of it before.
    List<String> right = List.of(current, wished.password());
    if (!signIn.isOneOf(account.name().value(), Optional.of(account.uid()), right, caller)) {
      throw SharingProblem.PASSWORD_REFUSED.because(
          "current is not the password until now"
              + (control.plane().nodes().alone()
                  ? "."
                  : " on node " + control.plane().node() + "."));
    }
  }
}
