package io.homecloud.control.ask;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Another service's API. Of the JDK: a REST client of the framework would be some hundred classes
 * more in every process.
 */
public final class OtherService implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 3;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final String name;
  private final Supplier<Optional<URI>> base;
  private final Supplier<String> token;

  /**
   * @param name as in the paths of its API: {@code storage}
   * @param base where it answers; empty while that is not known yet
   * @param token a bearer token that is good now
   */
  public OtherService(String name, Supplier<Optional<URI>> base, Supplier<String> token) {
    this.name = name;
    this.base = base;
    this.token = token;
  }

  /** As in the paths of its API. */
  public String name() {
    return name;
  }

  /** What it answered. */
  public record Answer(int status, String body) {}

  /**
   * Asks until it is answered, a few times; empty when there is no such thing.
   *
   * @param path within its API, {@code volumes/photos}
   */
  public Optional<String> get(String path) throws Away {
    for (int attempt = 1; ; attempt++) {
      try {
        return read(path);
      } catch (Away e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        rest(PAUSE.multipliedBy(attempt));
      }
    }
  }

  private Optional<String> read(String path) throws Away {
    Answer answer = send("GET", path, null, ANSWER);
    return switch (answer.status()) {
      case 200 -> Optional.of(answer.body());
      case 404 -> Optional.empty();
      default -> throw new Away(name + " answered " + answer.status());
    };
  }

  /**
   * Asks once.
   *
   * @param json the body; null for none
   * @param patience how long it may take
   */
  public Answer send(String method, String path, @Nullable String json, Duration patience)
      throws Away {
    URI uri =
        base.get()
            .orElseThrow(() -> new Away("it is not known yet where " + name + " is"))
            .resolve("/api/" + name + "/v1/" + path);
    BodyPublisher body = json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + token.get())
            .header("Accept", "application/json")
            .timeout(patience)
            .method(method, body);
    if (json != null) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new Away(name + " does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Away("interrupted");
    }
  }

  private static void rest(Duration pause) throws Away {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Away("interrupted");
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
