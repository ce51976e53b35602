package io.homecloud.sharing.link;

import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.page.Pages;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
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
   */
  Response.ResponseBuilder bytes(Wanted wanted, Optional<ShownAs> shown, @Nullable String range) {
    HttpResponse<InputStream> answer =
        links.files().fetch(wanted.open().volume(), wanted.inVolume(), range);
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
      links.did(wanted.open(), wanted.address(), "downloaded", wanted.path().display());
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

  /**
   * A directory as one zip.
   *
   * @param picked paths in it; empty for everything
   */
  Response.ResponseBuilder zip(Wanted wanted, List<RelativePath> picked) {
    HttpResponse<InputStream> answer =
        links.files().zip(wanted.open().volume(), wanted.inVolume(), picked);
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
    return Response.status(answer.statusCode())
        .entity(body)
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .header("Referrer-Policy", "no-referrer")
        .header("Cache-Control", "private, no-store");
  }

  Response.ResponseBuilder nothing() {
    return pages.message(404, "There is no such file", "It may have been moved or deleted.");
  }

  private static void close(HttpResponse<InputStream> answer) {
    try {
      answer.body().close();
    } catch (IOException e) {
      // nobody reads it any more
    }
  }
}
