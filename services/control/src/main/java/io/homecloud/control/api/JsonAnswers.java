package io.homecloud.control.api;

import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Records are answered as JSON, whatever the client would rather have: left alone, one that asks
 * for {@code text/html} would get what people typed as a page.
 */
public final class JsonAnswers {
  @ServerResponseFilter
  public void apply(ContainerResponseContext response) {
    if (response.getEntity() instanceof Record && response.getMediaType() == null) {
      response.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_TYPE);
    }
  }
}
