package io.homecloud.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.stream.Stream;

/** A reader of server-sent events that is connected: what it asks for it does not miss. */
public final class EventReader implements AutoCloseable {
  private static final int OK = 200;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Stream<String> stream;
  private final Iterator<String> lines;

  /**
   * What a reader has of one event.
   *
   * @param data JSON
   */
  public record Told(long id, String name, String data) {}

  /**
   * As an administrator.
   *
   * @param headers names and values in turn
   */
  public EventReader(String url, String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", "Bearer " + TestTokens.administrator());
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<Stream<String>> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
    if (answer.statusCode() != OK
        || !answer
            .headers()
            .firstValue("Content-Type")
            .orElse("")
            .startsWith("text/event-stream")) {
      throw new AssertionError(url + ": " + answer);
    }
    stream = answer.body();
    lines = stream.iterator();
    // The first comment says that it follows.
    while (!lines.next().startsWith(":")) {}
  }

  /** The next event; waits for it. */
  public Told next() {
    long id = -1;
    String name = "";
    StringBuilder data = new StringBuilder();
    while (true) {
      String line = lines.next();
      if (line.startsWith("id:")) {
        id = Long.parseLong(line.substring(3).strip());
      } else if (line.startsWith("event:")) {
        name = line.substring(6).strip();
      } else if (line.startsWith("data:")) {
        data.append(line.substring(5).strip());
      } else if (line.isEmpty() && !data.isEmpty()) {
        return new Told(id, name, data.toString());
      }
    }
  }

  @Override
  public void close() {
    stream.close();
    client.shutdownNow();
  }
}
