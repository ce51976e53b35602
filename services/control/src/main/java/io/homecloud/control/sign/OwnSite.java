package io.homecloud.control.sign;

import io.homecloud.control.problem.CommonProblem;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * A browser adds its cookies and its address to whatever any page makes it send; without cookies,
 * too, a page could have wrong passwords counted against whoever looks at it. So what changes
 * something has to come from a page of this site (OWASP, cross-site request forgery: Fetch
 * Metadata, else Origin), or from a program: those send a bearer token, or neither a cookie, nor a
 * form, nor what browsers add.
 */
public final class OwnSite {
  private static final Set<String> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final String COOKIE_PREFIX = "homecloud";

  /** Refuses the others. */
  @ServerRequestFilter
  public void require(ContainerRequestContext request) {
    if (READING.contains(request.getMethod())
        || request.getHeaderString(HttpHeaders.AUTHORIZATION) != null) {
      return;
    }
    String fetch = request.getHeaderString("Sec-Fetch-Site");
    String origin = request.getHeaderString("Origin");
    if (fetch == null && origin == null && !isForm(request) && !hasCookie(request)) {
      return;
    }
    boolean own =
        fetch == null
            ? sameHost(origin, request.getHeaderString(HttpHeaders.HOST))
            : fetch.equals("same-origin") || fetch.equals("none");
    if (!own) {
      throw CommonProblem.FORBIDDEN.because(
          "This was sent by a page of another site; programs send a bearer token instead of a cookie.");
    }
  }

  /** What a page can send anywhere without asking. */
  private static boolean isForm(ContainerRequestContext request) {
    MediaType type = request.getMediaType();
    return type != null
        && (type.isCompatible(MediaType.APPLICATION_FORM_URLENCODED_TYPE)
            || type.isCompatible(MediaType.MULTIPART_FORM_DATA_TYPE))
        && !type.isWildcardType();
  }

  private static boolean hasCookie(ContainerRequestContext request) {
    return request.getCookies().keySet().stream().anyMatch(name -> name.startsWith(COOKIE_PREFIX));
  }

  private static boolean sameHost(@Nullable String origin, @Nullable String host) {
    try {
      return origin != null && host != null && host.equals(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
