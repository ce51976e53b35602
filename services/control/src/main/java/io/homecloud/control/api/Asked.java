package io.homecloud.control.api;

import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every request may carry beside its path and body; a parameter of resource methods. */
public final class Asked {
  @QueryParam("wait")
  @Nullable String wait;

  @QueryParam("limit")
  @Nullable String limit;

  @QueryParam("continue")
  @Nullable String next;

  @QueryParam("labelSelector")
  @Nullable String labelSelector;

  @HeaderParam("If-Match")
  @Nullable String ifMatch;

  @HeaderParam("Idempotency-Key")
  @Nullable String idempotencyKey;

  @Context @Nullable SecurityContext security;

  @Context @Nullable UriInfo uri;

  private @Nullable String account;

  public Duration waiting() {
    return Parameters.waiting(wait);
  }

  public int limit() {
    return Parameters.limit(limit);
  }

  public String position() {
    return Parameters.position(next);
  }

  public java.util.Map<String, String> labels() {
    return Parameters.labels(labelSelector);
  }

  public Optional<Long> ifMatch() {
    return Parameters.ifMatch(ifMatch);
  }

  /** Says who asks when no token does: somebody whose sign-in goes on by this request. */
  public void by(String renewed) {
    account = renewed;
  }

  /** The subject of the token. */
  public String subject() {
    if (account != null) {
      return account;
    }
    return security == null || security.getUserPrincipal() == null
        ? ""
        : security.getUserPrincipal().getName();
  }

  /** What whoever asks calls the request, in case it has to be repeated. */
  public Optional<String> idempotency() {
    return Parameters.idempotencyKey(idempotencyKey);
  }

  Optional<Idempotency.Key> idempotency(String body) {
    String path = uri == null ? "" : uri.getPath();
    return idempotency().map(key -> Idempotency.Key.of(subject(), key, path, body));
  }
}
