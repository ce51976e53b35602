package io.homecloud.sharing.link;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.link.DropBox.Brought;
import io.homecloud.sharing.link.LinkFiles.AwayException;
import io.homecloud.sharing.page.Pages;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Files that guests bring: by our script in pieces that can go on, or by the form alone. */
@Path("/g/{token}")
@PermitAll
@RunOnVirtualThread
public class GuestUploads {
  private static final Pattern RANGE =
      Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18})");

  private final GuestLinks links;
  private final DropBox box;
  private final Pages pages;

  GuestUploads(SharingControl control, Pages pages) {
    this.links = control.guestLinks();
    this.box = new DropBox(links);
    this.pages = pages;
  }

  /** A file as body, or a piece of it with Content-Range. */
  @PUT
  @Path("files/{name}")
  @Consumes(MediaType.WILDCARD)
  @Operation(hidden = true)
  public Response put(
      @PathParam("token") String token,
      @CookieParam(GuestPages.VISIT) @Nullable String visit,
      @HeaderParam("Content-Range") @Nullable String range,
      @HeaderParam("Content-Length") @Nullable Long length,
      @Context UriInfo uri,
      @Context HttpServerRequest request,
      InputStream body) {
    OpenedLink.Open open = open(links.open(token, visit, GuestPages.address(request)));
    String raw = uri.getRequestUri().getRawPath();
    byte[] decoded = PercentCode.decode(raw.substring(raw.lastIndexOf('/') + 1));
    RelativePath name =
        DropBox.name(
            decoded == null ? "" : new String(decoded, java.nio.charset.StandardCharsets.UTF_8));
    box.requireWelcome(open, name);
    if (length == null) {
      throw SharingProblem.UPLOAD_REFUSED.because("Say with Content-Length how much it is.");
    }
    long total = total(range, length);
    boolean first = range == null || range.startsWith("bytes 0-");
    if (first) {
      box.reserve(open, total);
    }
    BodyPublisher publisher =
        length == 0
            ? BodyPublishers.noBody()
            : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> body), length);
    Brought brought;
    try {
      brought = box.bring(open, GuestPages.address(request), name, publisher, total, range);
    } catch (AwayException e) {
      giveBackIfWhole(range, open, total);
      throw CommonProblem.DATABASE_AWAY.because("The files are not there just now; try again.");
    }
    return switch (brought) {
      case Brought.Whole(RelativePath as) ->
          Response.status(201).entity(Map.of("name", as.display())).build();
      case Brought.Piece(long offset) ->
          Response.accepted(Map.of("offset", offset)).type(MediaType.APPLICATION_JSON).build();
      case Brought.Refused(int status, String problem) -> {
        giveBackIfWhole(range, open, total);
        yield Response.status(status).type("application/problem+json").entity(problem).build();
      }
    };
  }

  /** A whole file that did not arrive takes no room; one in pieces goes on later. */
  private void giveBackIfWhole(@Nullable String range, OpenedLink.Open open, long total) {
    if (range == null) {
      box.giveBack(open, total);
    }
  }

  private static long total(@Nullable String range, long length) {
    if (range == null) {
      return length;
    }
    Matcher parts = RANGE.matcher(range);
    if (!parts.matches()) {
      throw SharingProblem.UPLOAD_REFUSED.because(
          "Content-Range is as in: bytes 0-99/1000, or bytes */1000 to ask how much is here.");
    }
    return Long.parseLong(parts.group(3));
  }

  private OpenedLink.Open open(OpenedLink opened) {
    if (opened instanceof OpenedLink.Open open) {
      if (open.link().spec().mode() != LinkMode.UPLOAD) {
        throw CommonProblem.FORBIDDEN.because("Nothing can be brought by this link.");
      }
      return open;
    }
    throw opened instanceof OpenedLink.Closed
        ? CommonProblem.NOT_FOUND.because("The link opens nothing, or not any more.")
        : CommonProblem.UNAUTHENTICATED.because("Open the link in a browser first.");
  }

  /** The form by itself, for browsers without scripts. */
  @POST
  @Path("upload")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(hidden = true)
  public Response form(
      @PathParam("token") String token,
      @CookieParam(GuestPages.VISIT) @Nullable String visit,
      @HeaderParam("Content-Type") String type,
      @Context HttpServerRequest request,
      InputStream body) {
    OpenedLink.Open open = open(links.open(token, visit, GuestPages.address(request)));
    List<String> said = new ArrayList<>();
    try (FormFiles files = new FormFiles(type, body)) {
      while (files.next()) {
        said.add(brought(open, request, files));
      }
    } catch (java.io.IOException e) {
      said.add("The rest did not arrive.");
    }
    return pages
        .page(
            200,
            "guest-upload",
            GuestPages.uploads(
                token, open, said.isEmpty() ? "No file was chosen." : String.join(" ", said)))
        .build();
  }

  private String brought(OpenedLink.Open open, HttpServerRequest request, FormFiles files) {
    try {
      RelativePath name = DropBox.name(files.name());
      box.requireWelcome(open, name);
      // How large it is shows only when it has come: one byte sets aside that there is one more.
      box.reserve(open, 1);
      CountedBody counted = new CountedBody(files.content(), box, open);
      Brought brought;
      try {
        brought =
            box.bring(
                open,
                GuestPages.address(request),
                name,
                BodyPublishers.ofInputStream(() -> counted),
                counted.count(),
                null);
      } catch (AwayException e) {
        box.giveBack(open, counted.reserved());
        return counted.refusal().orElse("“" + name.display() + "” did not arrive; try again.");
      }
      if (brought instanceof Brought.Whole(RelativePath as)) {
        return "“" + as.display() + "” has arrived.";
      }
      box.giveBack(open, counted.reserved());
      return "“" + name.display() + "” was not taken: there is no room for it.";
    } catch (io.homecloud.control.problem.ProblemException e) {
      return "“" + files.name() + "” was not taken. " + e.detail();
    }
  }
}
