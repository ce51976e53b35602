package io.homecloud.sharing.link;

import io.homecloud.pages.Pages;
import io.homecloud.pages.Pages.Values;
import io.homecloud.sharing.link.LinkFiles.AwayException;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.Response;

/** What guests are answered: what they came for, or why not, in a page at any rate. */
final class GuestAnswers {
  private final Pages pages;

  GuestAnswers(Pages pages) {
    this.pages = pages;
  }

  interface Shown {
    Response.ResponseBuilder show(OpenedLink.Open open);
  }

  /** The page of an open link, or one that says why it does not open. */
  Response shown(String token, HttpServerRequest request, OpenedLink opened, Shown shown) {
    return switch (opened) {
      case OpenedLink.Open open -> {
        Response.ResponseBuilder answer;
        try {
          answer = shown.show(open);
        } catch (AwayException e) {
          answer = away();
        }
        yield open.visit() == null
            ? answer.build()
            : answer.cookie(GuestPages.visit(token, open.visit(), request.isSSL())).build();
      }
      case OpenedLink.Asks(var link, boolean password, boolean wrong) ->
          pages
              .page(
                  wrong ? 401 : 200,
                  "guest-asks",
                  new Values()
                      .with("title", GuestLinks.title(link))
                      .with("token", token)
                      .with("password", password)
                      .with("wrong", wrong))
              .build();
      case OpenedLink.Locked(var left) ->
          pages
              .guestMessage(
                  429,
                  "Too many wrong passwords",
                  "Try again in " + Math.max(1, left.plusSeconds(59).toMinutes()) + " minutes.")
              .header("Retry-After", left.toSeconds() + 1)
              .build();
      case OpenedLink.Closed(var why) -> closed(why).build();
    };
  }

  private Response.ResponseBuilder closed(OpenedLink.Why why) {
    return switch (why) {
      case UNKNOWN ->
          pages.guestMessage(
              404,
              "There is no such link",
              "Perhaps a part of it is missing, or it was taken back. Ask who sent it to you.");
      case EXPIRED ->
          pages.guestMessage(
              410, "This link has expired", "Ask who sent it to you for another one.");
      case USED_UP ->
          pages.guestMessage(
              410,
              "This link was opened as often as it may be",
              "Ask who sent it to you for another one.");
      case AWAY -> away();
    };
  }

  private Response.ResponseBuilder away() {
    return pages
        .guestMessage(503, "The files are not there just now", "Try again in a few minutes.")
        .header("Retry-After", 60);
  }
}
