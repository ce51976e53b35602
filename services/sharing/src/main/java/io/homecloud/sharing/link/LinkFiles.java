package io.homecloud.sharing.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Files of volumes through storage's API, which resolves paths without following links, keeps to
 * quotas and finishes what is brought only when it is whole. Streams, whatever the size.
 */
final class LinkFiles implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /**
   * What servers keep beside people's files: what was deleted, properties of WebDAV, what is being
   * brought by it, homes of people who left.
   */
  private static final String WITHOUT =
      "&without=.recycle&without=.DAV&without=.davfs.tmp*&without=.trash";

  private static final String UPLOAD = "&upload=";

  /** The word of storage's problem as long as a volume is not mounted. */
  private static final String NOT_IN_PLACE = "volume-not-ready";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final ObjectMapper json;
  private final Supplier<Optional<URI>> base;
  private final Supplier<String> token;

  /**
   * @param base where storage answers; empty while that is not known yet
   * @param token a bearer token that is good now
   */
  LinkFiles(ObjectMapper json, Supplier<Optional<URI>> base, Supplier<String> token) {
    this.json = json;
    this.base = base;
    this.token = token;
  }

  /** Storage does not answer, or has not got the volume in place now. */
  static final class AwayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AwayException(Throwable cause) {
      super("storage does not answer: " + cause, cause);
    }

    AwayException(String message) {
      super(message);
    }
  }

  /** What is at a path. */
  sealed interface Look {
    record File(long size, Instant modified) implements Look {}

    record Directory() implements Look {}

    record Nothing() implements Look {}
  }

  /**
   * Something in a directory.
   *
   * @param encoded its name as it belongs into a URL
   * @param name for people
   */
  record Entry(String encoded, String name, boolean directory, long size, Instant modified) {}

  /**
   * A page of a directory.
   *
   * @param next where the next one begins; null when this is the last
   */
  record Listing(List<Entry> entries, @Nullable String next) {}

  /** Not there, or nothing that could be: the guest wrote the address. */
  private static boolean isNothing(HttpResponse<?> answer) {
    return answer.statusCode() / 100 == 4 && !isAway(answer.statusCode());
  }

  /** Whether that says nothing of a file, since it would be said of any just now. */
  private static boolean isAway(int status) {
    return status / 100 == 5 || status == 401 || status == 403 || status == 421 || status == 429;
  }

  /**
   * Refuses what is true for the moment only.
   *
   * @param problem the body of the answer
   */
  private void requireInPlace(int status, String problem) {
    if (isAway(status) || (status == 409 && word(problem).equals(NOT_IN_PLACE))) {
      throw new AwayException("storage answered " + status);
    }
  }

  private HttpResponse<InputStream> inPlace(HttpResponse<InputStream> answer) {
    int status = answer.statusCode();
    if (isAway(status) || status == 409) {
      try (InputStream body = answer.body()) {
        requireInPlace(status, new String(body.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new AwayException(e);
      }
    }
    return answer;
  }

  /** What kind of problem storage tells of; empty when it is none. */
  String word(String problem) {
    try {
      String type = json.readTree(problem).path("type").asText();
      return type.substring(type.lastIndexOf(':') + 1);
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  Look look(LinkPlace place, RelativePath path) {
    HttpResponse<Void> answer =
        send(
            request(place, path, "").method("HEAD", BodyPublishers.noBody()).timeout(ANSWER),
            BodyHandlers.discarding());
    if (answer.statusCode() == 409) { // of which HEAD does not say why
      HttpResponse<String> why =
          send(
              request(place, path, "&limit=1").header("Range", "bytes=0-0").timeout(ANSWER).GET(),
              BodyHandlers.ofString());
      requireInPlace(why.statusCode(), why.body());
    }
    if (isNothing(answer)) {
      return new Look.Nothing();
    }
    requireGood(answer);
    HttpHeaders headers = answer.headers();
    return headers.firstValue("Content-Type").orElse("").startsWith("application/json")
        ? new Look.Directory()
        : new Look.File(
            headers.firstValueAsLong("Content-Length").orElse(0),
            headers
                .firstValue("Last-Modified")
                .map(time -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(time)))
                .orElse(Instant.EPOCH));
  }

  Listing list(LinkPlace place, RelativePath directory, int limit, @Nullable String from) {
    String query =
        "&limit="
            + limit
            + (from == null ? "" : "&continue=" + URLEncoder.encode(from, StandardCharsets.UTF_8));
    HttpResponse<String> answer =
        send(request(place, directory, query).GET().timeout(ANSWER), BodyHandlers.ofString());
    requireInPlace(answer.statusCode(), answer.body());
    if (isNothing(answer)) { // gone since it was looked at, or open to go through alone
      return new Listing(List.of(), null);
    }
    requireGood(answer);
    try {
      JsonNode page = json.readTree(answer.body());
      List<Entry> entries = new ArrayList<>();
      for (JsonNode item : page.path("items")) {
        String type = item.path("type").asText();
        // Links are not followed and devices not opened: guests need not see them.
        if (type.equals("file") || type.equals("directory")) {
          entries.add(
              new Entry(
                  item.path("name").asText(),
                  item.path("text").asText(),
                  type.equals("directory"),
                  item.path("size").asLong(),
                  Instant.parse(item.path("modified").asText())));
        }
      }
      JsonNode next = page.path("metadata").path("continue");
      return new Listing(entries, next.isTextual() ? next.asText() : null);
    } catch (JsonProcessingException e) {
      throw new AwayException(e);
    }
  }

  /**
   * A directory as a zip; whatever storage answers of it, with its body to be read.
   *
   * @param picked paths in it; empty for everything
   */
  HttpResponse<InputStream> zip(
      LinkPlace place, RelativePath directory, List<RelativePath> picked) {
    if (picked.isEmpty()) {
      return inPlace(send(request(place, directory, "&zip").GET(), BodyHandlers.ofInputStream()));
    }
    ObjectNode body = json.createObjectNode();
    ArrayNode paths = body.putArray("zip");
    picked.forEach(path -> paths.add(encoded(path)));
    return inPlace(
        send(
            request(place, directory, "")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())),
            BodyHandlers.ofInputStream()));
  }

  /**
   * The beginning of a file as text, whatever of it is none.
   *
   * @return empty when there is no such file
   */
  Optional<String> beginning(LinkPlace place, RelativePath file, int bytes) {
    HttpResponse<byte[]> answer =
        send(
            request(place, file, "")
                .header("Range", "bytes=0-" + (bytes - 1))
                .timeout(ANSWER)
                .GET(),
            BodyHandlers.ofByteArray());
    requireInPlace(answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
    return switch (answer.statusCode()) {
      case 200, 206 -> Optional.of(new String(answer.body(), StandardCharsets.UTF_8));
      case 416 -> Optional.of("");
      default -> Optional.empty();
    };
  }

  /**
   * A part of a file.
   *
   * @param range of bytes, as the guest's browser asks for it
   * @param ofWhich what the guest has the rest of, as If-Range; of another file all is answered
   */
  record Part(String range, @Nullable String ofWhich) {}

  /**
   * A file; whatever storage answers of it, with its body to be read.
   *
   * @param part null for all of it
   */
  HttpResponse<InputStream> fetch(LinkPlace place, RelativePath path, @Nullable Part part) {
    HttpRequest.Builder request = request(place, path, "").GET();
    if (part != null) {
      request.header("Range", part.range());
      if (part.ofWhich() != null) {
        request.header("If-Range", part.ofWhich());
      }
    }
    return inPlace(send(request, BodyHandlers.ofInputStream()));
  }

  /**
   * Brings a file, or a piece of one; never over one that is there. What storage answers of it.
   *
   * @param upload by which storage tells it from others that other guests bring there, and knows
   *     when it is asked whether it is this one that is there
   * @param range as Content-Range; null for a whole file
   */
  HttpResponse<String> put(
      LinkPlace place, RelativePath path, UUID upload, BodyPublisher body, @Nullable String range) {
    HttpRequest.Builder request =
        request(place, path, UPLOAD + upload)
            .PUT(body)
            .header("If-None-Match", "*")
            .header("Idempotency-Key", upload.toString());
    if (range != null) {
      request.header("Content-Range", range);
    }
    HttpResponse<String> answer = send(request, BodyHandlers.ofString());
    requireInPlace(answer.statusCode(), answer.body());
    return answer;
  }

  /**
   * Removes what is here of a file that was not brought to its end; in vain when somebody still
   * writes it, then storage does so in a day.
   *
   * @param total its size
   */
  boolean takeBack(LinkPlace place, RelativePath path, UUID upload, long total) {
    return send(
                request(place, path, UPLOAD + upload)
                    .DELETE()
                    .header("Content-Range", "bytes */" + total)
                    .timeout(ANSWER),
                BodyHandlers.discarding())
            .statusCode()
        == 204;
  }

  /**
   * Whether a file could be brought into a directory, as it would be.
   *
   * @return false when who serves the files may not write there
   */
  boolean takes(LinkPlace place, RelativePath directory) {
    RelativePath some = directory.resolve(RelativePath.of("x"));
    HttpResponse<String> answer =
        send(
            request(place, some, "")
                .PUT(BodyPublishers.noBody())
                .header("Content-Range", "bytes */1")
                .timeout(ANSWER),
            BodyHandlers.ofString());
    requireInPlace(answer.statusCode(), answer.body());
    return answer.statusCode() == 202;
  }

  /**
   * @param more parameters, each after an ampersand
   */
  private HttpRequest.Builder request(LinkPlace place, RelativePath path, String more) {
    URI storage =
        base.get().orElseThrow(() -> new AwayException("it is not known yet where storage is"));
    return HttpRequest.newBuilder(
            storage.resolve(
                "/api/storage/v1/volumes/"
                    + place.volume()
                    + "/files/"
                    + encoded(path)
                    + "?as="
                    + place.owner()
                    + "&within="
                    + URLEncoder.encode(encoded(place.directory()), StandardCharsets.UTF_8)
                    + WITHOUT
                    + more))
        .header("Authorization", "Bearer " + token.get());
  }

  /** As it belongs into a URL: name by name, so that slashes stay. */
  static String encoded(RelativePath path) {
    if (path.isTop()) {
      return "";
    }
    List<String> names = new ArrayList<>();
    byte[] bytes = path.bytes();
    int from = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        names.add(PercentCode.encode(Arrays.copyOfRange(bytes, from, i)));
        from = i + 1;
      }
    }
    return names.stream().collect(Collectors.joining("/"));
  }

  private static void requireGood(HttpResponse<?> answer) {
    if (answer.statusCode() / 100 != 2) {
      throw new AwayException("storage answered " + answer.statusCode());
    }
  }

  private <B> HttpResponse<B> send(
      HttpRequest.Builder request, HttpResponse.BodyHandler<B> handler) {
    try {
      return client.send(request.build(), handler);
    } catch (IOException | UncheckedIOException e) {
      throw new AwayException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwayException(e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
