package io.homecloud.pages;

import io.quarkus.qute.Engine;
import io.quarkus.qute.Template;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Fills in pages. Nothing in them but our own style and script is ever run or loaded. */
@ApplicationScoped
public class Pages {
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
          + "img-src 'self' data:; media-src 'self'; form-action 'self'; "
          + "frame-ancestors 'none'; base-uri 'none'";

  private final Engine engine;

  Pages(Engine engine) {
    this.engine = engine;
  }

  /** What a page is filled in with; a value may be null. */
  public static final class Values {
    private final Map<String, @Nullable Object> values = new HashMap<>();

    public Values with(String name, @Nullable Object value) {
      values.put(name, value);
      return this;
    }
  }

  public Response.ResponseBuilder page(int status, String template, Values values) {
    Template found = Objects.requireNonNull(engine.getTemplate(template), template);
    return Response.status(status)
        .type("text/html; charset=utf-8")
        .entity(found.data(values.values).render())
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        // With none at all browsers do not say either where a form comes from, and it is refused.
        .header("Referrer-Policy", "same-origin")
        .header("Cache-Control", "no-store");
  }

  /** A page that says one thing. */
  public Response.ResponseBuilder message(int status, String title, String sentence) {
    return message(status, title, sentence, null);
  }

  /** The same, with the page to go on at. */
  public Response.ResponseBuilder message(
      int status, String title, String sentence, @Nullable String next) {
    return message(status, title, sentence, true, next);
  }

  /** The same for somebody who has no account: it leads nowhere. */
  public Response.ResponseBuilder guestMessage(int status, String title, String sentence) {
    return message(status, title, sentence, false, null);
  }

  private Response.ResponseBuilder message(
      int status, String title, String sentence, boolean home, @Nullable String next) {
    return page(
        status,
        "message",
        new Values()
            .with("title", title)
            .with("sentence", sentence)
            .with("home", home)
            .with("next", next));
  }
}
