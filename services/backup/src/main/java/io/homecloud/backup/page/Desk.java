package io.homecloud.backup.page;

import io.homecloud.backup.BackupKinds;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.pages.Pages;
import io.homecloud.pages.Pages.Values;
import io.homecloud.pages.SignInFirst;
import io.homecloud.pages.Visitor;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/** Lets administrators see the pages, leads others to sign in, and says in a page what is wrong. */
@RequestScoped
class Desk {
  static final String HOME = BackupKinds.PAGES;

  private final Pages pages;
  private final Visitor visitor;
  private final HttpServerRequest request;

  Desk(Pages pages, Visitor visitor, HttpServerRequest request) {
    this.pages = pages;
    this.visitor = visitor;
    this.request = request;
  }

  /** What is answered to who may see it. */
  Response serve(Supplier<Response> page) {
    Optional<String> who = visitor.account();
    if (who.isEmpty()) {
      return SignInFirst.of(request, HOME);
    }
    if (!visitor.administers()) {
      return pages
          .message(
              403,
              "Not for everybody",
              "Backups are looked after by who administers homecloud.",
              "/")
          .build();
    }
    try {
      return page.get();
    } catch (ProblemException e) {
      return pages.message(e.code().status(), e.code().title(), e.detail(), HOME).build();
    }
  }

  Response page(String template, Values values) {
    return page(200, template, values);
  }

  Response page(int status, String template, Values values) {
    return pages
        .page(status, template, values.with("account", visitor.account().orElse("")))
        .build();
  }

  static Response to(String path) {
    return Response.seeOther(URI.create(path)).build();
  }
}
