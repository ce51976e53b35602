package io.homecloud.sharing.link;

import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import io.homecloud.pages.Pages;
import io.homecloud.sharing.picture.SmallPictures;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes for guests, passed on as they come from storage, whatever the size. Nothing that people
 * store is run in a browser: see {@link ShownAs}.
 */
final class GuestDownloads {
  private static final List<String> PASSED_ON =
      List.of("Content-Length", "Content-Range", "Accept-Ranges", "ETag", "Last-Modified");

  private final GuestLinks links;
  private final Pages pages;

  GuestDownloads(GuestLinks links, Pages pages) {
    this.links = links;
    this.pages = pages;
  }

  /**
   * A file.
   *
   * @param shown how a browser shows it; empty for saving
   * @param part null for all of it
   */
  Response.ResponseBuilder bytes(
      Wanted wanted, Optional<ShownAs> shown, LinkFiles.@Nullable Part part) {
    HttpResponse<InputStream> answer =
        links.files().fetch(wanted.open().place(), wanted.inVolume(), part);
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
      links.downloaded(wanted, answer.statusCode() == 200);
    } else {
      links.viewed(wanted);
    }
    Response.ResponseBuilder sent =
        streamed(wanted, answer)
            .type(shown.map(ShownAs::mediaType).orElse("application/octet-stream"))
            .header(
                "Content-Disposition",
                (shown.isPresent() ? "inline" : "attachment")
                    + "; filename*=UTF-8''"
                    + LinkFiles.encoded(wanted.path().name()));
    for (String header : PASSED_ON) {
      answer.headers().firstValue(header).ifPresent(value -> sent.header(header, value));
    }
    return sent;
  }

  /** That there is something to download, for who does not want it yet: nothing is fetched. */
  Response.ResponseBuilder head(Wanted wanted) {
    LinkFiles.Look found = links.files().look(wanted.open().place(), wanted.inVolume());
    return found instanceof LinkFiles.Look.Nothing
        ? nothing()
        : safe(Response.ok()).header("Cache-Control", "private, no-store");
  }

  /**
   * A small picture of one; of one of which none can be made at little cost the file itself, when
   * that is small enough, or nothing. A browser may keep it, but asks each time whether it may
   * still see it.
   *
   * @param known what the browser has already
   */
  Response.ResponseBuilder small(Wanted wanted, @Nullable String known) {
    return small(
        wanted.open().place(), wanted.inVolume(), URI.create(wanted.url() + "?raw"), known);
  }

  /**
   * As the other one.
   *
   * @param path in the volume
   * @param itself where the file itself is shown; null for nowhere
   */
  Response.ResponseBuilder small(
      LinkPlace place, RelativePath path, @Nullable URI itself, @Nullable String known) {
    Optional<SmallPictures.Kind> kind = ShownAs.of(path.name().display()).flatMap(ShownAs::smaller);
    if (kind.isEmpty()) {
      return nothing();
    }
    HttpResponse<InputStream> answer = links.files().fetch(place, path, null);
    try (InputStream content = answer.body()) {
      boolean file =
          answer.statusCode() == 200
              && !answer
                  .headers()
                  .firstValue("Content-Type")
                  .orElse("")
                  .startsWith("application/json");
      if (!file) {
        return nothing();
      }
      String tag = answer.headers().firstValue("ETag").map(GuestDownloads::smallTag).orElse("");
      if (!tag.isEmpty() && tag.equals(known)) {
        return kept(Response.notModified(), tag);
      }
      Optional<byte[]> small = links.pictures().of(kind.get(), content);
      if (small.isPresent()) {
        return kept(Response.ok(small.get()).type("image/jpeg"), tag);
      }
      long size = answer.headers().firstValueAsLong("Content-Length").orElse(Long.MAX_VALUE);
      return itself != null && size <= ShownEntry.SMALL_PICTURE
          ? Response.seeOther(itself).header("Cache-Control", "no-store")
          : nothing();
    } catch (IOException e) {
      return nothing();
    }
  }

  private static String smallTag(String tag) {
    return tag.replaceFirst("^(W/)?\"", "\"small-");
  }

  private static Response.ResponseBuilder kept(Response.ResponseBuilder answer, String tag) {
    if (!tag.isEmpty()) {
      answer.header("ETag", tag);
    }
    return safe(answer).header("Cache-Control", "private, no-cache");
  }

  /** Nothing that people store is run. */
  private static Response.ResponseBuilder safe(Response.ResponseBuilder answer) {
    return answer
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .header("Referrer-Policy", "no-referrer");
  }

  /**
   * A directory as one zip.
   *
   * @param picked paths in it; empty for everything
   */
  Response.ResponseBuilder zip(Wanted wanted, List<RelativePath> picked) {
    HttpResponse<InputStream> answer =
        links.files().zip(wanted.open().place(), wanted.inVolume(), picked);
    if (!answer.headers().firstValue("Content-Type").orElse("").equals("application/zip")) {
      close(answer);
      return nothing();
    }
    if (picked.isEmpty()) {
      links.did(wanted.open(), wanted.address(), "downloaded", wanted.path().display() + "/");
    }
    picked.forEach(path ->
        links.did(
            wanted.open(), wanted.address(), "downloaded", wanted.path().resolve(path).display()));
    String name = PercentCode.encode(PercentCode.utf8(wanted.name(wanted.path())));
    return streamed(wanted, answer)
        .type("application/zip")
        .header("Content-Disposition", "attachment; filename*=UTF-8''" + name + ".zip");
  }

  private Response.ResponseBuilder streamed(Wanted wanted, HttpResponse<InputStream> answer) {
    StreamingOutput body =
        out -> {
          try (Transfers.Transfer transfer = links.transfers().begin(wanted.open().link().uid());
              InputStream in = answer.body()) {
            // It may have ended after it was opened and before this would have been told.
            if (!links.lasts(wanted.open())) {
              throw Transfers.ended();
            }
            transfer.copy(in, out);
          }
        };
    return safe(Response.status(answer.statusCode()).entity(body))
        .header("Cache-Control", "private, no-store");
  }

  Response.ResponseBuilder nothing() {
    return pages.guestMessage(404, "There is no such file", "It may have been moved or deleted.");
  }

  private static void close(HttpResponse<InputStream> answer) {
    try {
      answer.body().close();
    } catch (IOException e) {
      // nobody reads it any more
    }
  }
}
