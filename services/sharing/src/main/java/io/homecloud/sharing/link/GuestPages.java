package io.homecloud.sharing.link;

import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import io.homecloud.pages.ClientAddress;
import io.homecloud.pages.Pages;
import io.homecloud.sharing.SharingControl;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What guests see: pages of a link, and the files in it. */
@Path("/g/{token}")
@PermitAll
@RunOnVirtualThread
public class GuestPages {
  static final String VISIT = "homecloud-visit";

  private final GuestLinks links;
  private final GuestViews views;
  private final GuestDownloads downloads;
  private final GuestAnswers answers;

  GuestPages(SharingControl control, Pages pages) {
    this.links = control.guestLinks();
    this.views = new GuestViews(links, pages);
    this.downloads = new GuestDownloads(links, pages);
    this.answers = new GuestAnswers(pages);
  }

  /** A link's first page. */
  @GET
  @Operation(hidden = true)
  public Response first(
      @PathParam("token") String token,
      @CookieParam(VISIT) @Nullable String visit,
      @Context HttpServerRequest request) {
    String address = ClientAddress.of(request);
    return answers.shown(
        token,
        request,
        links.door().open(token, visit, address),
        open -> views.first(new Wanted(token, open, RelativePath.TOP, address)));
  }

  /** The password, or the button. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response unlock(
      @PathParam("token") String token,
      @CookieParam(VISIT) @Nullable String visit,
      @FormParam("password") @Nullable String password,
      @Context HttpServerRequest request) {
    OpenedLink opened =
        links
            .door()
            .unlock(token, visit, password == null ? "" : password, ClientAddress.of(request));
    // Seen by GET, so that going back or reloading asks nothing.
    return answers.shown(token, request, opened, _ -> Response.seeOther(URI.create("/g/" + token)));
  }

  /** A directory or a file of a link, or the bytes of it. */
  @GET
  @Path("f/{path:.*}")
  @Operation(hidden = true)
  public Response file(
      @PathParam("token") String token,
      @CookieParam(VISIT) @Nullable String visit,
      @HeaderParam("Range") @Nullable String range,
      @HeaderParam("If-Range") @Nullable String ofWhich,
      @HeaderParam("If-None-Match") @Nullable String known,
      @QueryParam("from") @Nullable String from,
      @Context UriInfo uri,
      @Context HttpServerRequest request) {
    return answers.shown(
        token,
        request,
        links.door().open(token, visit, ClientAddress.of(request)),
        open -> {
          String raw = uri.getRequestUri().getRawPath();
          Optional<Wanted> wanted =
              path(raw.substring(raw.indexOf("/f/") + "/f/".length()))
                  .filter(path -> open.link().spec().mode() != LinkMode.UPLOAD && open.shows(path))
                  .map(path -> new Wanted(token, open, path, ClientAddress.of(request)));
          return wanted.isEmpty()
              ? downloads.nothing()
              : file(
                  wanted.get(),
                  request.method().equals(HttpMethod.HEAD),
                  range == null ? null : new LinkFiles.Part(range, ofWhich),
                  from,
                  known,
                  uri.getQueryParameters().keySet());
        });
  }

  private Response.ResponseBuilder file(
      Wanted wanted,
      boolean head,
      LinkFiles.@Nullable Part part,
      @Nullable String from,
      @Nullable String known,
      Set<String> how) {
    if (head && (how.contains("raw") || how.contains("download") || how.contains("zip"))) {
      return wanted.download() || how.contains("raw")
          ? downloads.head(wanted)
          : downloads.nothing();
    }
    if (how.contains("small")) {
      return downloads.small(wanted, known);
    }
    if (how.contains("raw")) {
      Optional<ShownAs> shown = ShownAs.of(wanted.path().name().display());
      return shown.isPresent() || wanted.download()
          ? downloads.bytes(wanted, shown, part)
          : downloads.nothing();
    }
    if (wanted.download() && how.contains("download")) {
      return downloads.bytes(wanted, Optional.empty(), part);
    }
    if (wanted.download() && how.contains("zip")) {
      return downloads.zip(wanted, List.of());
    }
    return views.page(wanted, from).orElseGet(downloads::nothing);
  }

  /** What is ticked in a list, or everything when nothing is, as one zip. */
  @POST
  @Path("zip")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response zip(
      @PathParam("token") String token,
      @CookieParam(VISIT) @Nullable String visit,
      @Context HttpServerRequest request,
      String form) {
    return answers.shown(
        token,
        request,
        links.door().open(token, visit, ClientAddress.of(request)),
        open -> {
          Ticked ticked = Ticked.read(form);
          if (open.link().spec().mode() != LinkMode.DOWNLOAD || ticked.in().isEmpty()) {
            return downloads.nothing();
          }
          Wanted in = new Wanted(token, open, ticked.in().get(), ClientAddress.of(request));
          List<RelativePath> picked = ticked.paths();
          if (picked.isEmpty() && !open.shows(in.path())) {
            // The first page of a link to several things, which lie where it does not show all.
            picked = open.paths();
          }
          boolean allShown =
              picked.isEmpty()
                  || picked.stream().allMatch(path -> open.shows(in.path().resolve(path)));
          return allShown ? downloads.zip(in, picked) : downloads.nothing();
        });
  }

  /** As it was asked for, before anything of it was decoded. */
  static Optional<RelativePath> path(String encoded) {
    byte[] bytes = PercentCode.decode(encoded);
    try {
      return bytes == null ? Optional.empty() : Optional.of(RelativePath.of(bytes));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static NewCookie visit(String token, String value, boolean https) {
    return new NewCookie.Builder(VISIT)
        .value(value)
        .path("/g/" + token)
        .maxAge((int) Visits.KEPT.toSeconds())
        .httpOnly(true)
        .secure(https)
        // With Strict a click on the link in a web mail would be another visit each time.
        .sameSite(NewCookie.SameSite.LAX)
        .build();
  }
}
