package io.homecloud.sharing.link;

import io.homecloud.control.api.Parameters;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import io.homecloud.pages.ClientAddress;
import io.homecloud.pages.Pages;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.link.DropBox.Brought;
import io.homecloud.sharing.link.LinkFiles.AwayException;
import io.homecloud.sharing.link.UploadRecords.Coming;
import io.homecloud.sharing.link.UploadRecords.UploadKey;
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
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Of each a sentence is said, and kept until then. */
  private static final int MOST_TOGETHER = 500;

  private final GuestLinks links;
  private final DropBox box;
  private final GuestViews views;
  private final GuestDownloads downloads;
  private final GuestAnswers answers;

  GuestUploads(SharingControl control, Pages pages) {
    this.links = control.guestLinks();
    this.box = new DropBox(links);
    this.views = new GuestViews(links, pages);
    this.downloads = new GuestDownloads(links, pages);
    this.answers = new GuestAnswers(pages);
  }

  /**
   * A file as body, or a piece of it with Content-Range. Whoever heard no answer asks with the same
   * {@code Idempotency-Key} how much is here, and is answered 201 when all is; so is who brings it
   * once more.
   */
  @PUT
  @Path("files/{name}")
  @Consumes(MediaType.WILDCARD)
  @Operation(hidden = true)
  public Response put(
      @PathParam("token") String token,
      @CookieParam(GuestPages.VISIT) @Nullable String visit,
      @HeaderParam("Content-Range") @Nullable String range,
      @HeaderParam("Content-Length") @Nullable Long length,
      @HeaderParam("Idempotency-Key") @Nullable String attempt,
      @Context UriInfo uri,
      @Context HttpServerRequest request,
      InputStream body) {
    String address = ClientAddress.of(request);
    OpenedLink.Open open = open(links.door().openToItsEnd(token, visit, address));
    String raw = uri.getRequestUri().getRawPath();
    byte[] decoded = PercentCode.decode(raw.substring(raw.lastIndexOf('/') + 1));
    RelativePath name =
        DropBox.name(decoded == null ? "" : new String(decoded, StandardCharsets.UTF_8));
    box.requireWelcome(open, name);
    if (length == null || length < 0) {
      throw SharingProblem.UPLOAD_REFUSED.because("Say with Content-Length how much it is.");
    }
    Piece piece = Piece.of(range, length);
    UploadKey key =
        new UploadKey(
            open.link().uid(),
            visitor(open, visit, address),
            name.display(),
            piece.total(),
            Parameters.idempotencyKey(attempt).orElse(null));
    try {
      Optional<Coming> known = box.goOn(key, piece.first() && key.attempt() == null);
      // Who brings it once more may not have heard that it is here.
      if (piece.question() || (piece.first() && key.attempt() != null)) {
        Optional<String> arrived = box.arrived(open, address, key, known);
        if (arrived.isPresent()) {
          return answer(new Brought.Whole(arrived.get()));
        }
      }
      if (known.isEmpty() && open.link().spec().expired(links.clock().instant())) {
        throw Transfers.ended();
      }
      if (piece.question() && known.isEmpty()) {
        return answer(new Brought.Piece(0));
      }
      if (known.isEmpty() && piece.first()) {
        known = box.goOn(key, true);
      }
      if (known.isEmpty() && !piece.first()) {
        throw SharingProblem.UPLOAD_REFUSED.because(
            "Of this file nothing is here any more; begin with its first byte.");
      }
      Coming coming = known.isPresent() ? known.get() : box.begin(open, key, name);
      try (Transfers.Transfer transfer = links.transfers().begin(open.link().uid())) {
        requireLasting(open);
        InputStream lasting = new LastingBody(body, transfer);
        BodyPublisher publisher =
            length == 0
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> lasting), length);
        Response answer = answer(box.bring(open, address, coming, publisher, piece::total, range));
        Optional<String> longer =
            visit == null || open.visit() != null
                ? Optional.empty()
                : links.door().longer(open, visit);
        return longer.isEmpty()
            ? answer
            : Response.fromResponse(answer)
                .cookie(GuestPages.visit(token, longer.get(), request.isSSL()))
                .build();
      }
    } catch (AwayException e) {
      throw links.lasts(open) ? away() : Transfers.ended();
    }
  }

  private static RuntimeException away() {
    return CommonProblem.DATABASE_AWAY.because("The files are not there just now; try again.");
  }

  /** It may have ended after it was opened and before a transfer would have been told. */
  private void requireLasting(OpenedLink.Open open) {
    if (!links.lasts(open)) {
      throw Transfers.ended();
    }
  }

  private static Response answer(Brought brought) {
    return switch (brought) {
      case Brought.Whole(String as) -> Response.status(201).entity(Map.of("name", as)).build();
      case Brought.Piece(long offset) ->
          Response.accepted(Map.of("offset", offset)).type(MediaType.APPLICATION_JSON).build();
      case Brought.Refused(int status, String problem, _) ->
          Response.status(status).type("application/problem+json").entity(problem).build();
    };
  }

  /**
   * Who goes on with what was begun. A browser brings the cookie of its visit; of programs that
   * bring none those are one that come from the same address.
   */
  private static String visitor(OpenedLink.Open open, @Nullable String visit, String address) {
    return visit == null || open.visit() != null ? address : Visits.visitor(visit);
  }

  /** Which part of a file is sent. */
  private record Piece(boolean question, boolean first, long total) {
    static Piece of(@Nullable String range, long length) {
      if (range == null) {
        return new Piece(false, true, length);
      }
      Matcher parts = RANGE.matcher(range);
      if (!parts.matches()) {
        throw SharingProblem.UPLOAD_REFUSED.because(
            "Content-Range is as in: bytes 0-99/1000, or bytes */1000 to ask how much is here.");
      }
      return new Piece(
          parts.group(1) == null,
          parts.group(1) != null && Long.parseLong(parts.group(1)) == 0,
          Long.parseLong(parts.group(3)));
    }
  }

  private static OpenedLink.Open open(OpenedLink opened) {
    if (opened instanceof OpenedLink.Open open) {
      if (open.link().spec().mode() != LinkMode.UPLOAD) {
        throw CommonProblem.FORBIDDEN.because("Nothing can be brought by this link.");
      }
      return open;
    }
    throw switch (opened) {
      case OpenedLink.Closed(OpenedLink.Why why) ->
          why == OpenedLink.Why.AWAY ? away() : Transfers.ended();
      case OpenedLink.Open _, OpenedLink.Asks _, OpenedLink.Locked _ ->
          CommonProblem.UNAUTHENTICATED.because("Open the link in a browser first.");
    };
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
    String address = ClientAddress.of(request);
    return answers.shown(
        token,
        request,
        links.door().open(token, visit, address),
        open ->
            open.link().spec().mode() == LinkMode.UPLOAD
                ? views.upload(
                    token, open, brought(open, visitor(open, visit, address), address, type, body))
                : downloads.nothing());
  }

  private List<String> brought(
      OpenedLink.Open open, String visitor, String address, String type, InputStream body) {
    List<String> said = new ArrayList<>();
    try (Transfers.Transfer transfer = links.transfers().begin(open.link().uid());
        FormFiles files = new FormFiles(type, new LastingBody(body, transfer))) {
      requireLasting(open);
      while (said.size() < MOST_TOGETHER && files.next()) {
        said.add(brought(open, visitor, address, files));
      }
      if (said.size() == MOST_TOGETHER && files.next()) {
        said.add("More than " + MOST_TOGETHER + " at once are not taken; bring the others now.");
      }
    } catch (IOException e) {
      said.add("The rest did not arrive.");
    } catch (ProblemException e) {
      said.add("The rest did not arrive. " + e.detail());
    }
    return said.isEmpty() ? List.of("No file was chosen.") : said;
  }

  private String brought(OpenedLink.Open open, String visitor, String address, FormFiles files) {
    try {
      RelativePath name = DropBox.name(files.name());
      box.requireWelcome(open, name);
      UploadKey key = new UploadKey(open.link().uid(), visitor, name.display(), null, null);
      Coming coming = box.begin(open, key, name);
      CountedBody counted = new CountedBody(files.content(), box, open, coming);
      Brought brought;
      try {
        BodyPublisher publisher = BodyPublishers.ofInputStream(() -> counted);
        brought = box.bring(open, address, coming, publisher, counted::count, null);
      } catch (AwayException e) {
        box.takeBack(open, coming);
        return "“"
            + name.display()
            + "” "
            + counted
                .refusal()
                .map(why -> "was not taken. " + why)
                .orElse("did not arrive; try again.");
      }
      return switch (brought) {
        case Brought.Whole(String as) -> "“" + as + "” has arrived.";
        case Brought.Piece _ -> throw new IllegalStateException("a piece of a whole file");
        case Brought.Refused(_, _, String sentence) ->
            "“" + name.display() + "” was not taken. " + sentence;
      };
    } catch (AwayException e) {
      return "“" + files.name() + "” did not arrive; try again.";
    } catch (ProblemException e) {
      return "“" + files.name() + "” was not taken. " + e.detail();
    }
  }
}
