package io.homecloud.sharing.signin;

import io.homecloud.control.problem.ProblemException;
import io.homecloud.pages.Pages;
import io.homecloud.pages.Pages.Values;
import io.homecloud.sharing.SharingControl;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The page to sign in at. */
@Path("/")
@PermitAll
@RunOnVirtualThread
public class SignInPages {
  private static final String HOME = "/";

  /** A path as it is asked for, with what follows it. */
  private static final Pattern OURS =
      Pattern.compile("/[a-z0-9]([A-Za-z0-9/_.~!$&'()*+,;=:@?-]|%[0-9A-Fa-f]{2})*+");

  private final SignIn signIn;
  private final SignInSessions sessions;
  private final Pages pages;

  SignInPages(SharingControl control, Pages pages) {
    this.signIn = control.people().signIn();
    this.sessions = control.people().sessions();
    this.pages = pages;
  }

  /** The form; whoever was signed in not long ago goes on without it. */
  @GET
  @Path("sign-in")
  @Operation(hidden = true)
  public Response show(
      @QueryParam("to") @Nullable String to,
      @CookieParam(SignInCookies.REFRESH) @Nullable String secret,
      @Context HttpServerRequest request) {
    if (secret != null && !secret.isEmpty()) {
      try {
        return signedIn(signIn.renew(secret, SignInResource.caller(request)), to, request);
      } catch (ProblemException e) {
        return form(200, to, "", null).cookie(SignInCookies.none(request.isSSL())).build();
      }
    }
    return form(200, to, "", null).build();
  }

  private Response.ResponseBuilder form(
      int status, @Nullable String to, String account, @Nullable String said) {
    return pages.page(
        status,
        "sign-in",
        new Values().with("to", within(to)).with("account", account).with("said", said));
  }

  /** Only to a page of ours, whatever a link says. */
  private static String within(@Nullable String to) {
    return to != null && OURS.matcher(to).matches() && !to.contains("//") ? to : HOME;
  }

  private static Response signedIn(
      SignIn.SignedIn signedIn, @Nullable String to, HttpServerRequest request) {
    return Response.seeOther(URI.create(within(to)))
        .cookie(SignInCookies.of(signedIn, request.isSSL()))
        .header("Cache-Control", "no-store")
        .build();
  }

  @POST
  @Path("sign-in")
  @SmallBody
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response signIn(
      @FormParam("account") @Nullable String account,
      @FormParam("password") @Nullable String password,
      @FormParam("to") @Nullable String to,
      @Context HttpServerRequest request) {
    String name = account == null ? "" : account.strip();
    try {
      return signedIn(
          signIn.signIn(name, password == null ? "" : password, SignInResource.caller(request)),
          to,
          request);
    } catch (ProblemException e) {
      return form(e.code().status(), to, name, e.detail()).build();
    }
  }

  /**
   * What was sent by a page that was open for longer than a token is good goes on with the next
   * one, as it is.
   */
  @POST
  @Path("sign-in/form")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response goOn(
      @QueryParam("to") @Nullable String to,
      @CookieParam(SignInCookies.REFRESH) @Nullable String secret,
      @HeaderParam("Referer") @Nullable String page,
      @Context HttpServerRequest request) {
    try {
      SignIn.SignedIn signedIn =
          signIn.renew(secret == null ? "" : secret, SignInResource.caller(request));
      return Response.temporaryRedirect(URI.create(within(to)))
          .cookie(SignInCookies.of(signedIn, request.isSSL()))
          .header("Cache-Control", "no-store")
          .build();
    } catch (ProblemException e) {
      return form(
              e.code().status(),
              page == null ? null : page.replaceFirst("^https?://[^/]*", ""),
              "",
              "You were signed out meanwhile, and nothing was done. Sign in, and do it once more.")
          .cookie(SignInCookies.none(request.isSSL()))
          .build();
    }
  }

  @POST
  @Path("sign-out")
  @SmallBody
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response signOut(
      @CookieParam(SignInCookies.REFRESH) @Nullable String secret,
      @Context HttpServerRequest request) {
    if (secret != null) {
      sessions.endBy(secret);
    }
    return Response.seeOther(URI.create("/sign-in"))
        .cookie(SignInCookies.none(request.isSSL()))
        .build();
  }
}
