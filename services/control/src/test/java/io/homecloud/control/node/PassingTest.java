package io.homecloud.control.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PassingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void aNodeWhoseMachineLostItsPowerAfterItAnsweredIsAwayAtOnce() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      // Given: it leaves the connection open, takes what comes there, and nobody else can connect
      ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      HttpRequest request = request(passesTo(door.getLocalPort(), PATIENCE));
      Thread.ofVirtual().start(() -> answerOnce(door));
      HttpResponse<String> before = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(before.body()).isEqualTo("hi");

      // When
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();

      // Then
      assertThat(status).isEqualTo(503);
    }
  }

  @Test
  void aNodeThatDiesWhileItIsAskedIsAwaySoon() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      // Given: it has taken the connection, and nobody else can connect
      ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      HttpRequest question = request(passesTo(door.getLocalPort()));
      try (var taken = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Socket> connection = taken.submit(() -> first(door));

        // When
        int status = client.send(question, HttpResponse.BodyHandlers.discarding()).statusCode();

        // Then
        assertThat(status).isEqualTo(503);
        connection.get().close();
      }
    }
  }

  @Test
  void aNodeThatDiesInTheMiddleOfAnUploadIsAwaySoon() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      // Given: more than all buffers on the way hold
      ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      byte[] large = new byte[64 << 20];
      HttpRequest upload =
          HttpRequest.newBuilder(request(passesTo(door.getLocalPort())).uri())
              .timeout(PATIENCE)
              .PUT(HttpRequest.BodyPublishers.ofByteArray(large))
              .build();
      try (var taken = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Socket> connection = taken.submit(() -> first(door));

        // When
        int status = client.send(upload, HttpResponse.BodyHandlers.discarding()).statusCode();

        // Then
        assertThat(status).isEqualTo(503);
        connection.get().close();
      }
    }
  }

  @Test
  void aNodeThatIsThereMayTakeItsTime() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      // Given: it answers when it was looked at often enough to be away
      HttpRequest question = request(passesTo(door.getLocalPort()));
      Thread.ofVirtual()
          .start(() -> {
            try (Socket asked = door.accept()) {
              for (int i = 0; i <= Passing.LOOKS; i++) {
                door.accept().close();
              }
              asked.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });

      // When
      HttpResponse<String> answer = client.send(question, HttpResponse.BodyHandlers.ofString());

      // Then
      assertThat(answer.body()).isEqualTo("hi");
    }
  }

  private static HttpRequest request(int port) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/note"))
        .timeout(PATIENCE)
        .build();
  }

  private int passesTo(int port) throws Exception {
    return passesTo(port, Duration.ofMillis(200));
  }

  /** An instance that passes everything there, and looks so often whether it lives; its port. */
  private int passesTo(int port, Duration look) throws Exception {
    Peer peer = new Peer("b", URI.create("http://127.0.0.1:" + port), true, Instant.now());
    Passing passing = new Passing(vertx, look);
    Router router = Router.router(vertx);
    var _ =
        router
            .route()
            .handler(routing -> {
              routing.request().pause();
              byte[] read = routing.request().method().equals(HttpMethod.PUT) ? null : new byte[0];
              passing.pass(routing, peer, read, new Told(routing));
            });
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    return server.actualPort();
  }

  private record Told(RoutingContext routing) implements Passing.End {
    @Override
    public void answered() {}

    @Override
    public void unanswered() {
      var _ = routing.response().setStatusCode(503).end();
    }
  }

  private static Socket first(ServerSocket door) throws IOException {
    try (door) {
      return door.accept();
    }
  }

  /** The first request; the connection is kept, and what else comes is swallowed. */
  private static void answerOnce(ServerSocket door) {
    try (Socket connection = first(door);
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII))) {
      String line = in.readLine();
      while (line != null && !line.isEmpty()) {
        line = in.readLine();
      }
      connection.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
      while (line != null) {
        line = in.readLine();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
