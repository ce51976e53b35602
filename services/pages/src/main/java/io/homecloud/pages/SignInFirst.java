package io.homecloud.pages;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Leads who is not signed in, or has to renew that, there and then back to what was asked. */
public final class SignInFirst {
  /** Of an address, so that another one that has it in it is still taken. */
  private static final int LONGEST = 6_000;

  private SignInFirst() {}

  /**
   * A page is opened afterwards; a form is sent once more as it is, so that no click is lost.
   *
   * @param home what is opened instead when the address is too long
   */
  public static Response of(HttpServerRequest request, String home) {
    String to = URLEncoder.encode(request.uri(), StandardCharsets.UTF_8);
    if (to.length() > LONGEST) {
      return Response.seeOther(URI.create("/sign-in?to=" + home)).build();
    }
    return request.method().equals(HttpMethod.POST)
        ? Response.temporaryRedirect(URI.create("/sign-in/form?to=" + to)).build()
        : Response.seeOther(URI.create("/sign-in?to=" + to)).build();
  }
}
