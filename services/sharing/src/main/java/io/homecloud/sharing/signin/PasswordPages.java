package io.homecloud.sharing.signin;

import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.pages.Pages;
import io.homecloud.pages.Pages.Values;
import io.homecloud.pages.Visitor;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Where people change their own password. */
@Path(PasswordPages.PATH)
@PermitAll
@RunOnVirtualThread
public class PasswordPages {
  /** Below the page to sign in at. */
  public static final String PATH = "/sign-in/password";

  private final SharingControl control;
  private final PasswordChanges changes;
  private final Pages pages;
  private final Visitor visitor;
  private final Asker asker;

  PasswordPages(SharingControl control, Pages pages, Visitor visitor, JsonWebToken token) {
    this.control = control;
    this.changes = new PasswordChanges(control);
    this.pages = pages;
    this.visitor = visitor;
    this.asker = new Asker(token);
  }

  @GET
  @Operation(hidden = true)
  public Response show() {
    return serve(account -> page(200, account, false, null));
  }

  /** A page, and no other place to go to: with it nodes tell each other that it was done. */
  @POST
  @SmallBody
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response change(
      @FormParam("current") @Nullable String current,
      @FormParam("password") @Nullable String password,
      @FormParam("again") @Nullable String again,
      @Context HttpServerRequest request) {
    return serve(account -> changed(account, text(current), text(password), text(again), request));
  }

  private Response changed(
      Resource<AccountSpec, AccountStatus> account,
      String current,
      String password,
      String again,
      HttpServerRequest request) {
    if (!password.equals(again)) {
      return page(422, account, false, "The new password was not written the same twice.");
    }
    try {
      changes.own(account, current, password, SignInResource.caller(request), asker.session());
      return page(200, account, true, null);
    } catch (ProblemException e) {
      return page(e.code().status(), account, false, e.detail());
    }
  }

  private static String text(@Nullable String field) {
    return field == null ? "" : field;
  }

  private Response serve(Function<Resource<AccountSpec, AccountStatus>, Response> page) {
    return me().map(page)
        .orElseGet(() -> Response.seeOther(URI.create("/sign-in?to=" + PATH)).build());
  }

  /** Empty for nobody, and for the machine's own token. */
  private Optional<Resource<AccountSpec, AccountStatus>> me() {
    return visitor
        .account()
        .flatMap(_ -> asker.account())
        .flatMap(uid -> control.plane().resources().find(SharingKinds.ACCOUNT, uid));
  }

  private Response page(
      int status,
      Resource<AccountSpec, AccountStatus> account,
      boolean changed,
      @Nullable String said) {
    return pages
        .page(
            status,
            "password",
            new Values()
                .with("account", account.name().value())
                .with("changed", changed)
                .with("said", said))
        .build();
  }
}
