package io.homecloud.pages;

import io.homecloud.control.problem.ProblemMappers;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** What is wrong with a page is said in a page; programs get the problem as it is. */
public final class ProblemPages {
  private static final int UNAUTHENTICATED = 401;

  private final Pages pages;

  ProblemPages(Pages pages) {
    this.pages = pages;
  }

  @ServerResponseFilter
  public void show(
      ContainerRequestContext request,
      ContainerResponseContext answer,
      HttpServerRequest connection) {
    String accepted = request.getHeaderString(HttpHeaders.ACCEPT);
    if (!ProblemMappers.PROBLEM.equals(answer.getMediaType())
        || !(answer.getEntity() instanceof Map<?, ?> problem)
        || accepted == null
        || !accepted.contains("text/html")) {
      return;
    }
    String path = request.getUriInfo().getPath();
    if (answer.getStatus() == UNAUTHENTICATED && request.getMethod().equals(HttpMethod.GET)) {
      // Pages have links to files of the API, and may be open for longer than a token is good.
      put(SignInFirst.of(connection, "/"), answer);
      answer.getHeaders().remove(HttpHeaders.WWW_AUTHENTICATE);
    } else if (!path.startsWith("/api/")) {
      put(page(path, answer.getStatus(), problem), answer);
    }
  }

  private Response page(String path, int status, Map<?, ?> problem) {
    String title = String.valueOf(problem.get("title"));
    String detail = String.valueOf(problem.get("detail"));
    String said =
        detail.equals(ProblemMappers.SEE_REFERENCE)
            ? "It is not there, or cannot be opened like that."
            : detail;
    return path.startsWith("/g/")
        ? pages.guestMessage(status, title, said).build()
        : pages.message(status, title, said, above(path)).build();
  }

  private static void put(Response page, ContainerResponseContext answer) {
    answer.setStatus(page.getStatus());
    answer.setEntity(page.getEntity());
    answer.getHeaders().remove(HttpHeaders.CONTENT_TYPE);
    answer.getHeaders().putAll(page.getHeaders());
  }

  /** The page that others of its kind begin at. */
  private static String above(String path) {
    int end = path.indexOf('/', 1);
    return end < 0 ? "/" : path.substring(0, end);
  }
}
