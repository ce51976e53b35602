package io.homecloud.notes;

import static io.homecloud.notes.Asking.NOTES;
import static io.homecloud.notes.Asking.freshName;
import static io.homecloud.notes.Asking.note;
import static io.homecloud.notes.Asking.settled;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TcpRelay;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** PostgreSQL's machine loses its power: it closes no connection. */
@QuarkusTest
@QuarkusTestResource(value = NotesDeadDatabaseIT.Relayed.class, restrictToAnnotatedClass = true)
class NotesDeadDatabaseIT {
  /** What TCP alone takes is a quarter of an hour, and here it would be for ever. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** More requests at once than the pool has connections. */
  private static final int MANY = 20;

  private static @Nullable TcpRelay relay;

  private final HttpClient client = HttpClient.newHttpClient();

  /** The servers of tests, with PostgreSQL behind a relay. */
  public static final class Relayed implements QuarkusTestResourceLifecycleManager {
    private final TestServers servers = new TestServers();

    @Override
    public Map<String, String> start() {
      Map<String, String> environment = new HashMap<>(servers.start());
      URI url =
          URI.create(environment.getOrDefault("HOMECLOUD_DB_URL", "").substring("jdbc:".length()));
      TcpRelay made = TcpRelay.to(url.getPort());
      relay = made;
      environment.put(
          "HOMECLOUD_DB_URL", "jdbc:postgresql://127.0.0.1:" + made.port() + url.getPath());
      return environment;
    }

    @Override
    public void stop() {
      if (relay != null) {
        relay.close();
      }
      servers.stop();
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
        .header("Authorization", "Bearer " + TestTokens.administrator())
        .header("Content-Type", "application/json")
        .timeout(PATIENCE);
  }

  private HttpRequest write(String name) {
    return request(NOTES + "?wait=60s")
        .POST(HttpRequest.BodyPublishers.ofString(note(name, "hello", 1)))
        .build();
  }

  private int status(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private List<CompletableFuture<Integer>> readMany() {
    return Stream.generate(() -> request(NOTES).GET().build())
        .limit(MANY)
        .map(each ->
            client
                .sendAsync(each, HttpResponse.BodyHandlers.ofString())
                .thenApply(HttpResponse::statusCode))
        .toList();
  }

  @Test
  void whoIsInTheMiddleOfItIsAnsweredAndAllGoesOnWhenItIsBack() throws Exception {
    // Given
    settled();
    readMany().forEach(CompletableFuture::join);

    // When
    TcpRelay postgres = Objects.requireNonNull(relay);
    postgres.losePower();
    List<CompletableFuture<Integer>> waiting = readMany();
    CompletableFuture.anyOf(waiting.toArray(CompletableFuture<?>[]::new)).join();
    postgres.comeBack();

    // Then
    within(PATIENCE, () -> assertThat(status(write(freshName()))).isEqualTo(201));
    assertThat(waiting).extracting(CompletableFuture::join).isSubsetOf(200, 503);
  }
}
