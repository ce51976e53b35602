package io.homecloud.sharing.link;

import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.link.LinkFiles.AwayException;
import io.homecloud.sharing.link.LinkFiles.Kind;
import io.homecloud.sharing.link.LinkFiles.Listing;
import io.homecloud.sharing.page.Pages;
import io.homecloud.sharing.page.Pages.Values;
import io.homecloud.sharing.page.ReadableSize;
import io.smallrye.common.annotation.RunOnVirtualThread;
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
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What guests see: pages of a link, and the files in it. */
@Path("/g/{token}")
@PermitAll
@RunOnVirtualThread
public class GuestPages {
  static final String VISIT = "homecloud-visit";
  private static final int PAGE = 500;
  private static final List<String> PASSED_ON =
      List.of("Content-Length", "Content-Range", "Accept-Ranges", "ETag", "Last-Modified");

  private final GuestLinks links;
  private final Pages pages;

  GuestPages(SharingControl control, Pages pages) {
    this.links = control.guestLinks();
    this.pages = pages;
  }

  /** Something in a list. */
  public record Line(String name, String url, boolean directory, boolean image, String size) {}

  /** A link's first page. */
  @GET
  @Operation(hidden = true)
  public Response first(
      @PathParam("token") String token,
      @CookieParam(VISIT) @Nullable String visit,
      @Context HttpServerRequest request) {
    return shown(
        token, request, links.open(token, visit, address(request)), open -> first(token, open));
  }

  /** The password, or the button. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response unlock(
      @PathParam("token") String token,
      @FormParam("password") @Nullable String password,
      @Context HttpServerRequest request) {
    OpenedLink opened = links.unlock(token, password == null ? "" : password, address(request));
    // Seen by GET, so that going back or reloading asks nothing.
    return shown(
        token, request, opened, _ -> Response.seeOther(java.net.URI.create("/g/" + token)));
  }

  /** A directory or a file of a link, or the bytes of it. */
  @GET
  @Path("f/{path:.*}")
  @Operation(hidden = true)
  public Response file(
      @PathParam("token") String token,
      @CookieParam(VISIT) @Nullable String visit,
      @HeaderParam("Range") @Nullable String range,
      @QueryParam("from") @Nullable String from,
      @Context UriInfo uri,
      @Context HttpServerRequest request) {
    return shown(
        token,
        request,
        links.open(token, visit, address(request)),
        open -> {
          Optional<RelativePath> path = path(uri);
          if (path.isEmpty()
              || open.link().spec().mode() == LinkMode.UPLOAD
              || !open.shows(path.get())) {
            return nothing();
          }
          Asked asked = new Asked(token, open, path.get(), address(request));
          var query = uri.getQueryParameters();
          if (query.containsKey("raw")) {
            return bytes(asked, ShownAs.of(name(path.get())), range);
          }
          if (open.link().spec().mode() == LinkMode.DOWNLOAD && query.containsKey("download")) {
            return bytes(asked, Optional.empty(), range);
          }
          if (open.link().spec().mode() == LinkMode.DOWNLOAD && query.containsKey("zip")) {
            return zip(asked);
          }
          return page(asked, from);
        });
  }

  private record Asked(String token, OpenedLink.Open open, RelativePath path, String address) {
    RelativePath inVolume() {
      return open.inVolume(path);
    }

    String url() {
      return GuestPages.url(token, path);
    }
  }

  private static String url(String token, RelativePath path) {
    return "/g/" + token + "/f/" + LinkFiles.encoded(path);
  }

  private static String name(RelativePath path) {
    return path.name().display();
  }

  /** As it was asked for, before anything of it was decoded. */
  private static Optional<RelativePath> path(UriInfo uri) {
    String raw = uri.getRequestUri().getRawPath();
    int begin = raw.indexOf("/f/");
    byte[] bytes = PercentCode.decode(raw.substring(begin + "/f/".length()));
    try {
      return bytes == null ? Optional.empty() : Optional.of(RelativePath.of(bytes));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static String address(HttpServerRequest request) {
    return request.remoteAddress().hostAddress();
  }

  private interface Shown {
    Response.ResponseBuilder show(OpenedLink.Open open);
  }

  private Response shown(String token, HttpServerRequest request, OpenedLink opened, Shown shown) {
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
            : answer.cookie(visit(token, open.visit(), request.isSSL())).build();
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
              .message(
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
          pages.message(
              404,
              "There is no such link",
              "Perhaps a part of it is missing, or it was taken back. Ask who sent it to you.");
      case EXPIRED ->
          pages.message(410, "This link has expired", "Ask who sent it to you for another one.");
      case USED_UP ->
          pages.message(
              410,
              "This link was opened as often as it may be",
              "Ask who sent it to you for another one.");
      case AWAY -> away();
    };
  }

  private Response.ResponseBuilder away() {
    return pages
        .message(503, "The files are not there just now", "Try again in a few minutes.")
        .header("Retry-After", 60);
  }

  private Response.ResponseBuilder nothing() {
    return pages.message(404, "There is no such file", "It may have been moved or deleted.");
  }

  private static NewCookie visit(String token, String value, boolean https) {
    return new NewCookie.Builder(VISIT)
        .value(value)
        .path("/g/" + token)
        .maxAge((int) Visits.KEPT.toSeconds())
        .httpOnly(true)
        .secure(https)
        .sameSite(NewCookie.SameSite.STRICT)
        .build();
  }

  private Response.ResponseBuilder first(String token, OpenedLink.Open open) {
    GuestLinkSpec spec = open.link().spec();
    if (spec.mode() == LinkMode.UPLOAD) {
      return pages.page(200, "guest-upload", uploads(token, open, null));
    }
    if (open.paths().size() == 1) {
      return page(new Asked(token, open, open.paths().getFirst(), ""), null);
    }
    List<Line> lines = new ArrayList<>();
    for (RelativePath path : open.paths()) {
      Kind kind = links.files().look(open.volume(), open.inVolume(path));
      if (kind != Kind.NOTHING) {
        String name = path.isTop() ? GuestLinks.title(open.link()) : name(path);
        lines.add(
            new Line(
                name,
                url(token, path),
                kind == Kind.DIRECTORY,
                kind == Kind.FILE && image(name),
                ""));
      }
    }
    return pages.page(200, "guest-list", list(open, lines));
  }

  static Values uploads(String token, OpenedLink.Open open, @Nullable String said) {
    LinkLimits limits = open.link().spec().limitsOrNone();
    List<String> sentences = new ArrayList<>();
    if (limits.files() != null) {
      sentences.add("At most " + limits.files() + " files together.");
    }
    if (limits.bytes() != null) {
      sentences.add("At most " + ReadableSize.of(limits.bytes().bytes()) + " together.");
    }
    if (!limits.types().isEmpty()) {
      sentences.add("Only " + String.join(", ", limits.types()) + ".");
    }
    return common(open)
        .with("token", token)
        .with("said", said)
        .with("limits", String.join(" ", sentences))
        .with("accept", limits.types().isEmpty() ? null : "." + String.join(",.", limits.types()));
  }

  private static Values common(OpenedLink.Open open) {
    GuestLinkSpec spec = open.link().spec();
    return new Values()
        .with("title", GuestLinks.title(open.link()))
        .with("owner", owner(open.link().metadata().createdBy()))
        .with("download", spec.mode() == LinkMode.DOWNLOAD)
        .with("up", null)
        .with("upName", null)
        .with(
            "until",
            spec.expiresAt() == null
                ? null
                : DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
                    .withLocale(Locale.UK)
                    .withZone(ZoneId.systemDefault())
                    .format(spec.expiresAt()));
  }

  private static String owner(String subject) {
    return subject.equals("root") ? "the administrator" : subject;
  }

  private static Values list(OpenedLink.Open open, List<Line> lines) {
    return common(open).with("entries", lines).with("more", null).with("zip", null);
  }

  private static boolean image(String name) {
    return ShownAs.of(name).filter(shown -> shown.kind().equals("image")).isPresent();
  }

  private Response.ResponseBuilder page(Asked asked, @Nullable String from) {
    return switch (links.files().look(asked.open().volume(), asked.inVolume())) {
      case NOTHING -> nothing();
      case DIRECTORY -> directory(asked, from);
      case FILE ->
          pages.page(
              200,
              "guest-file",
              above(asked)
                  .with("title", name(asked.path()))
                  .with("url", asked.url())
                  .with("kind", ShownAs.of(name(asked.path())).map(ShownAs::kind).orElse("")));
    };
  }

  private Response.ResponseBuilder directory(Asked asked, @Nullable String from) {
    Listing listing = links.files().list(asked.open().volume(), asked.inVolume(), PAGE, from);
    List<Line> lines =
        listing.entries().stream()
            .map(entry ->
                new Line(
                    entry.name(),
                    (asked.path().isTop() ? asked.url() : asked.url() + "/") + entry.encoded(),
                    entry.directory(),
                    !entry.directory() && image(entry.name()),
                    entry.directory() ? "" : ReadableSize.of(entry.size())))
            .toList();
    boolean download = asked.open().link().spec().mode() == LinkMode.DOWNLOAD;
    Values values =
        above(asked)
            .with("entries", lines)
            .with(
                "more",
                listing.next() == null
                    ? null
                    : asked.url()
                        + "?from="
                        + java.net.URLEncoder.encode(
                            listing.next(), java.nio.charset.StandardCharsets.UTF_8))
            .with("zip", download && !lines.isEmpty() ? asked.url() + "?zip" : null);
    if (!asked.open().paths().contains(asked.path())) {
      values.with("title", name(asked.path()));
    }
    return pages.page(200, "guest-list", values);
  }

  /** The way back, as far as the link shows it. */
  private static Values above(Asked asked) {
    Values values = common(asked.open());
    boolean top = asked.open().paths().contains(asked.path());
    if (top && asked.open().paths().size() == 1) {
      return values;
    }
    if (top || !asked.open().shows(asked.path().parent())) {
      return values
          .with("up", "/g/" + asked.token())
          .with("upName", GuestLinks.title(asked.open().link()));
    }
    RelativePath parent = asked.path().parent();
    return values
        .with("up", url(asked.token(), parent))
        .with(
            "upName",
            asked.open().paths().contains(parent)
                ? GuestLinks.title(asked.open().link())
                : name(parent));
  }

  /** Sent as it comes. Nothing that people store is run here: see ShownAs. */
  private Response.ResponseBuilder bytes(
      Asked asked, Optional<ShownAs> shown, @Nullable String range) {
    HttpResponse<InputStream> answer =
        links.files().fetch(asked.open().volume(), asked.inVolume(), false, range);
    boolean file =
        !answer.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
    if (answer.statusCode() == 416) {
      close(answer);
      return Response.status(416);
    }
    if (answer.statusCode() / 100 != 2 || !file) {
      close(answer);
      return nothing();
    }
    if (shown.isEmpty()) {
      links.did(asked.open(), asked.address(), "downloaded", asked.path().display());
    }
    Response.ResponseBuilder sent =
        streamed(answer)
            .type(shown.map(ShownAs::mediaType).orElse("application/octet-stream"))
            .header(
                "Content-Disposition",
                (shown.isPresent() ? "inline" : "attachment")
                    + "; filename*=UTF-8''"
                    + LinkFiles.encoded(asked.path().name()));
    for (String header : PASSED_ON) {
      answer.headers().firstValue(header).ifPresent(value -> sent.header(header, value));
    }
    return sent;
  }

  private Response.ResponseBuilder zip(Asked asked) {
    HttpResponse<InputStream> answer =
        links.files().fetch(asked.open().volume(), asked.inVolume(), true, null);
    if (!answer.headers().firstValue("Content-Type").orElse("").equals("application/zip")) {
      close(answer);
      return nothing();
    }
    links.did(asked.open(), asked.address(), "downloaded", asked.path().display() + "/");
    String name =
        asked.path().isTop()
            ? PercentCode.encode(PercentCode.utf8(GuestLinks.title(asked.open().link())))
            : LinkFiles.encoded(asked.path().name());
    return streamed(answer)
        .type("application/zip")
        .header("Content-Disposition", "attachment; filename*=UTF-8''" + name + ".zip");
  }

  private static Response.ResponseBuilder streamed(HttpResponse<InputStream> answer) {
    StreamingOutput body =
        out -> {
          try (InputStream in = answer.body()) {
            in.transferTo(out);
          }
        };
    return Response.status(answer.statusCode())
        .entity(body)
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'self'")
        .header("Cache-Control", "private, no-store");
  }

  private static void close(HttpResponse<InputStream> answer) {
    try {
      answer.body().close();
    } catch (java.io.IOException e) {
      // nobody reads it any more
    }
  }
}
