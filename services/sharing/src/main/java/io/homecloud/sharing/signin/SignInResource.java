package io.homecloud.sharing.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Parameters;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.pages.ClientAddress;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.signin.SignIn.SignedIn;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Signing in and out, once for the whole of homecloud. */
@Path(SharingKinds.API)
@RunOnVirtualThread
public class SignInResource {
  private final SignIn signIn;
  private final SignInSessions sessions;
  private final ObjectMapper json;
  private final SharingControl control;
  private final Asker asker;

  SignInResource(SharingControl control, JsonWebToken token) {
    this.control = control;
    this.signIn = control.people().signIn();
    this.sessions = control.people().sessions();
    this.json = control.plane().json();
    this.asker = new Asker(token);
  }

  /**
   * Who wants to sign in.
   *
   * @param cookie for browsers: the answer sets cookies that no script can read, and has no tokens
   */
  @Schema
  record Credentials(@Nullable String account, @Nullable String password, boolean cookie) {
    @Override
    public String toString() {
      return "Credentials[" + account + ", not shown]";
    }
  }

  /**
   * What a sign-in gave.
   *
   * @param token to be sent as {@code Authorization: Bearer}, good for 15 minutes
   * @param refreshToken for the next token, good once and for 30 days
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema
  record Tokens(
      String account,
      String role,
      UUID session,
      Instant expiresAt,
      @Nullable String token,
      @Nullable String refreshToken) {
    @Override
    public String toString() {
      return "Tokens[not shown]";
    }
  }

  /** A sign-in's next token; without a body by the browser's cookie. */
  @Schema
  record Refresh(@Nullable String refreshToken) {
    @Override
    public String toString() {
      return "Refresh[not shown]";
    }
  }

  /** Signs in with an account and its password. */
  @POST
  @Path("sign-in")
  @PermitAll
  @SmallBody
  @RequestBodySchema(Credentials.class)
  @APIResponseSchema(value = Tokens.class, responseCode = "200")
  public Response signIn(@Context HttpServerRequest request, String body) {
    Credentials credentials = Bodies.parse(json, body, Credentials.class);
    if (credentials.account() == null || credentials.password() == null) {
      throw CommonProblem.BODY_INVALID.because("account and password are needed.");
    }
    return signedIn(
        signIn.signIn(credentials.account(), credentials.password(), caller(request)),
        credentials.cookie(),
        request);
  }

  /**
   * The next token of a sign-in.
   *
   * @param cookie that a browser was given instead of a token
   */
  @POST
  @Path("sign-in/refresh")
  @PermitAll
  @SmallBody
  @RequestBodySchema(Refresh.class)
  @APIResponseSchema(value = Tokens.class, responseCode = "200")
  public Response refresh(
      @Context HttpServerRequest request,
      @CookieParam(SignInCookies.REFRESH) @Nullable String cookie,
      String body) {
    String secret = body.isBlank() ? null : Bodies.parse(json, body, Refresh.class).refreshToken();
    String shown = secret == null ? cookie : secret;
    if (shown == null) {
      throw CommonProblem.BODY_INVALID.because("refreshToken is missing.");
    }
    return signedIn(signIn.renew(shown, caller(request)), secret == null, request);
  }

  private static Response signedIn(SignedIn signedIn, boolean cookie, HttpServerRequest request) {
    Tokens tokens =
        new Tokens(
            signedIn.account().name().value(),
            signedIn.account().spec().role().word(),
            signedIn.granted().session().id(),
            signedIn.token().expiresAt(),
            cookie ? null : signedIn.token().text(),
            cookie ? null : signedIn.granted().secret());
    Response.ResponseBuilder answer = Response.ok(tokens).header("Cache-Control", "no-store");
    return cookie
        ? answer.cookie(SignInCookies.of(signedIn, request.isSSL())).build()
        : answer.build();
  }

  /** Ends this sign-in; its tokens are not good any more, here at once and everywhere soon. */
  @POST
  @Path("sign-out")
  @RolesAllowed({Roles.ADMINISTRATOR, Roles.MEMBER})
  @APIResponse(responseCode = "204", description = "It has ended.")
  public Response signOut(@Context HttpServerRequest request) {
    asker.session().ifPresent(sessions::end);
    return Response.noContent().cookie(SignInCookies.none(request.isSSL())).build();
  }

  /** The account that is signed in. */
  @GET
  @Path("me")
  @RolesAllowed({Roles.ADMINISTRATOR, Roles.MEMBER})
  public Resource<AccountSpec, AccountStatus> me() {
    return asker
        .account()
        .flatMap(uid -> control.plane().resources().find(SharingKinds.ACCOUNT, uid))
        .orElseThrow(() ->
            CommonProblem.NOT_FOUND.because("This token is of no account, but of the machine."));
  }

  /**
   * Where one's own account is signed in; for an administrator where any is.
   *
   * @param of the identity of an account
   */
  @GET
  @Path("sign-ins")
  @RolesAllowed({Roles.ADMINISTRATOR, Roles.MEMBER})
  public Page<SignInSession> list(
      @BeanParam Asked asked, @QueryParam("account") @Nullable String of) {
    Optional<UUID> wanted = Optional.ofNullable(of).map(text -> Parameters.uuid("account", text));
    List<SignInSession> found =
        sessions.list(asker.administrator() ? wanted : Optional.of(asker.account().orElseThrow()));
    return Page.upTo(found, null);
  }

  /** Ends a sign-in, of one's own account or, as administrator, of any. */
  @DELETE
  @Path("sign-ins/{id}")
  @RolesAllowed({Roles.ADMINISTRATOR, Roles.MEMBER})
  @APIResponse(responseCode = "204", description = "It has ended.")
  public Response end(@PathParam("id") String text) {
    UUID id = Parameters.uuid("sign-in", text);
    boolean theirs =
        sessions
            .find(id)
            .filter(found ->
                asker.administrator() || asker.account().equals(Optional.of(found.account())))
            .isPresent();
    if (!theirs || !sessions.end(id)) {
      throw CommonProblem.NOT_FOUND.because("There is no sign-in " + id + ".");
    }
    return Response.noContent().build();
  }

  static SignIn.Caller caller(HttpServerRequest request) {
    String agent = request.getHeader("User-Agent");
    return new SignIn.Caller(ClientAddress.of(request), agent == null ? "" : agent);
  }
}
