package io.homecloud.sharing.signin;

import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.NewCookie.SameSite;
import java.time.Duration;
import java.util.List;

/**
 * The cookies of somebody who signs in with a browser. No script reads them, no other site sends
 * them, and they go over HTTPS alone once they were set there.
 */
final class SignInCookies {
  /** Named in mp.jwt.token.cookie, too. */
  static final String TOKEN = "homecloud";

  static final String REFRESH = "homecloud-refresh";

  private SignInCookies() {}

  static NewCookie[] of(SignIn.SignedIn signedIn, boolean https) {
    NewCookie token = cookie(TOKEN, signedIn.token().text(), TokenIssuer.VALIDITY, https);
    String secret = signedIn.granted().secret();
    return secret == null
        ? new NewCookie[] {token}
        : new NewCookie[] {token, cookie(REFRESH, secret, SignInSessions.KEPT, https)};
  }

  static NewCookie[] none(boolean https) {
    return List.of(TOKEN, REFRESH).stream()
        .map(name -> cookie(name, "", Duration.ZERO, https))
        .toArray(NewCookie[]::new);
  }

  private static NewCookie cookie(String name, String value, Duration age, boolean https) {
    return new NewCookie.Builder(name)
        .value(value)
        .path("/")
        .maxAge((int) age.toSeconds())
        .httpOnly(true)
        .secure(https)
        .sameSite(SameSite.STRICT)
        .build();
  }
}
