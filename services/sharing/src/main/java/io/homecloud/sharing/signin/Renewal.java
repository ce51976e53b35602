package io.homecloud.sharing.signin;

import io.homecloud.control.problem.ProblemException;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.NewCookie;
import java.util.List;
import java.util.Optional;

/** Has a sign-in go on by what a page sends that was open for longer than a token is good. */
public final class Renewal {
  private final SignIn signIn;

  public Renewal(SignIn signIn) {
    this.signIn = signIn;
  }

  /**
   * A sign-in that has gone on.
   *
   * @param account its name
   * @param cookies that the answer has to set, whatever it says: the one that was sent is used up
   */
  public record Renewed(String account, List<NewCookie> cookies) {
    @Override
    public String toString() {
      return "Renewed[" + account + ", not shown]";
    }
  }

  /** Empty when the browser is not signed in, or not any more. */
  public Optional<Renewed> of(HttpServerRequest request) {
    Cookie secret = request.getCookie(SignInCookies.REFRESH);
    if (secret == null || secret.getValue().isEmpty()) {
      return Optional.empty();
    }
    try {
      SignIn.SignedIn signedIn = signIn.renew(secret.getValue(), SignInResource.caller(request));
      return Optional.of(
          new Renewed(
              signedIn.account().name().value(),
              List.of(SignInCookies.of(signedIn, request.isSSL()))));
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }
}
