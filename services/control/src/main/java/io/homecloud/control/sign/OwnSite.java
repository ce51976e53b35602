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
 * A browser adds its cookies to whatever any page makes it send. So what changes something and is
 * signed in by a cookie, or is a form, has to come from a page of this site (OWASP, cross-site
 * request forgery: Fetch Metadata, else Origin). Programs send a bearer token and no cookie.
 */
public final class OwnSite {
  private static final Set<String> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final String COOKIE_PREFIX = "homecloud";

  /** Refuses the others. */
  @ServerRequestFilter
  public void require(ContainerRequestContext request) {
    if (READING.contains(request.getMethod())
        || request.getHeaderString(HttpHeaders.AUTHORIZATION) != null
        || (!isForm(request) && !hasCookie(request))) {
      return;
    }
    String fetch = request.getHeaderString("Sec-Fetch-Site");
    boolean own =
        fetch == null
            ? sameHost(request.getHeaderString("Origin"), request.getHeaderString(HttpHeaders.HOST))
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
