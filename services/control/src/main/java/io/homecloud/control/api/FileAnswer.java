package io.homecloud.control.api;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicBoolean;

/** What every answer with the content of people's files needs. */
public final class FileAnswer {
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private FileAnswer() {}

  /**
   * Never shown by a browser as something of ours: what people store may be a page with a script.
   */
  public static Response.ResponseBuilder attachment(
      Response.ResponseBuilder answer, String encodedName) {
    return answer
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename*=UTF-8''" + encodedName)
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "sandbox; default-src 'none'");
  }

  /** For {@code Last-Modified}; files can have times that a header cannot say. */
  public static Date date(Instant time) {
    if (time.isAfter(LATEST)) {
      return Date.from(LATEST);
    }
    return Date.from(time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time);
  }

  /**
   * Does it once when the answer has ended, however it ends: also at once when who asked has gone
   * already, of which no handler is told any more.
   */
  public static void ended(RoutingContext routing, Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    Runnable once =
        () -> {
          if (done.compareAndSet(false, true)) {
            action.run();
          }
        };
    routing.addEndHandler(_ -> once.run());
    if (routing.response().closed()) {
      once.run();
    }
  }
}
