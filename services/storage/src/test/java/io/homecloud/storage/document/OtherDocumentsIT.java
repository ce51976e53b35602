package io.homecloud.storage.document;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.agroal.api.AgroalDataSource;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.node.Everywhere;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.storage.StorageProblem;
import io.homecloud.testkit.TestPostgres;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What node a learns of documents when it asks node b. */
class OtherDocumentsIT {
  private static final ServiceDocument.Key HOUSE =
      new ServiceDocument.Key(new Name("sharing"), new Name("house"));
  private static final String TWELVE =
      """
      {"service": "sharing", "name": "house", "revision": 12, "own": true, "content": {}}\
      """;
  private static final MultivaluedMap<String, String> NO_HEADERS = new MultivaluedHashMap<>();

  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ControlPlane plane =
      new ControlPlane(
          "storage",
          "a",
          source,
          new ObjectMapper(),
          Clock.systemUTC(),
          _ -> CompletableFuture.completedFuture(null),
          Map.of());
  private final Nodes b = new Nodes(plane.database(), "storage", "b");
  private final List<ServiceDocument> here = new ArrayList<>();
  private final OtherDocuments documents =
      new OtherDocuments(new Everywhere(), new ObjectMapper(), plane.nodes(), here::add);
  private HttpServer server;
  private volatile int status;
  private volatile String body = "{}";

  @BeforeEach
  void twoNodes() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    b.start(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    plane.nodes().start(URI.create("http://127.0.0.1:1"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] answer = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @AfterEach
  void nothingIsLeft() {
    b.close();
    plane.nodes().close();
    source.close();
    server.stop(0);
  }

  private Optional<ServiceDocument> newest(Optional<ServiceDocument> known) {
    return documents.newest(HOUSE, true, known, NO_HEADERS);
  }

  private static ServiceDocument document(long revision) {
    return new ServiceDocument(
        HOUSE.service(), HOUSE.name(), revision, JsonNodeFactory.instance.objectNode());
  }

  private static void isProblem(ThrowingCallable asked, Object code) {
    assertThatThrownBy(asked)
        .isInstanceOfSatisfying(
            ProblemException.class, problem -> assertThat(problem.code()).isEqualTo(code));
  }

  @Test
  void aNodeThatHasNotLookedAtItsDisksMayHaveOne() {
    // Given: what DocumentResource says until then.
    status = 503;

    // Then
    isProblem(() -> newest(Optional.empty()), CommonProblem.NODE_AWAY);
    eventually(() -> isProblem(() -> newest(Optional.of(document(3))), CommonProblem.NODE_AWAY));

    // And when it has
    status = 200;
    body = TWELVE;
    eventually(() -> assertThat(newest(Optional.of(document(3)))).contains(document(12)));
    assertThat(here).containsExactly(document(12));
    status = 404;
    eventually(() -> assertThat(newest(Optional.empty())).isEmpty());
  }

  @Test
  void ofANodeThatDoesNotAnswerNothingIsKnown() {
    // Given
    server.stop(0);

    // Then
    isProblem(() -> newest(Optional.empty()), CommonProblem.NODE_AWAY);
    assertThat(newest(Optional.of(document(3)))).contains(document(3));

    // And when it has said good-bye
    b.close();
    assertThat(newest(Optional.empty())).isEmpty();
  }

  @Test
  void whoKnowsLessThanAnotherNodeDoesNotWrite() {
    // Given
    status = 409;

    // Then
    eventually(() ->
        isProblem(() -> documents.put(document(1), NO_HEADERS), StorageProblem.DOCUMENT_NEWER));
  }
}
