package io.homecloud.backup.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.agroal.api.AgroalDataSource;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.backup.search.NodesSearch.Found;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Parameters;
import io.homecloud.control.node.Everywhere;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.testkit.TestPostgres;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What node a, which has no copies, tells of those of node b. */
class NodesSearchIT {
  private static final MultivaluedMap<String, String> NO_HEADERS = new MultivaluedHashMap<>();
  private static final String ONE =
      """
      {"items": [{"path": "photos/lake.jpg", "text": "photos/lake.jpg", "type": "file",
        "node": "b", "repository": "drawer", "plan": "nightly", "versions": []}],
       "metadata": {%s}}\
      """;

  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ObjectMapper json = new ObjectMapper().findAndRegisterModules();
  private final ControlPlane plane =
      new ControlPlane(
          "backup",
          "a",
          source,
          json,
          Clock.systemUTC(),
          _ -> CompletableFuture.completedFuture(null),
          Map.of());
  private final Nodes b = new Nodes(plane.database(), "backup", "b");
  private final List<String> asked = new ArrayList<>();
  private HttpServer server;
  private NodesSearch search;
  private volatile int status = 200;
  private volatile String body = ONE.formatted("");

  @TempDir private Path own;

  @BeforeEach
  void twoNodes() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    b.start(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    plane.nodes().start(URI.create("http://127.0.0.1:1"));
    CopyIndexes none =
        new CopyIndexes(
            plane.resources(),
            "a",
            _ -> {
              throw new AssertionError();
            },
            new RunTimes(plane.plausibleClock()),
            json,
            own);
    search =
        new NodesSearch(
            new Search(none, "a"),
            plane.nodes(),
            () -> List.of("a", "b", "gone"),
            new Everywhere(),
            json);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(exchange.getRequestURI().getRawQuery());
      byte[] answer = body.getBytes(StandardCharsets.UTF_8);
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

  private Found find(int limit, @Nullable String next) {
    return search.find("lake & sea", limit, Parameters.position(next), NO_HEADERS, false);
  }

  @Test
  void pagesGoOnFromNodeToNode() {
    // Given
    body = ONE.formatted("\"continue\": \"MTow\"");

    // When
    Found first = find(3, null);
    body = ONE.formatted("");
    Found second = find(3, first.metadata().next());

    // Then
    assertThat(first.items()).hasSize(1);
    assertThat(first.away()).isEmpty();
    assertThat(second.items()).hasSize(1);
    assertThat(second.metadata().next()).isNull();
    assertThat(second.away()).containsExactly("gone");
    assertThat(asked)
        .containsExactly("name=lake+%26+sea&limit=3", "name=lake+%26+sea&limit=3&continue=MTow");

    // When: it is full before all were asked
    Found full = find(1, null);
    Found last = find(1, full.metadata().next());
    // Then
    assertThat(full.items()).hasSize(1);
    assertThat(last.items()).isEmpty();
    assertThat(last.away()).containsExactly("gone");
    assertThat(last.metadata().next()).isNull();
  }

  @Test
  void whatAnotherNodeHasNotLookedAtYetIsTold() {
    // Given
    body =
        """
        {"items": [], "metadata": {}, "behind": [{"repository": "drawer", "plan": "nightly", "runs": 7}]}\
        """;

    // When
    Found found = find(3, null);

    // Then
    assertThat(found.behind())
        .containsExactly(new Search.Behind(new Name("drawer"), new Name("nightly"), null, 7));
    assertThat(found.away()).containsExactly("gone");
  }

  @Test
  void whoDoesNotAnswerAsItShouldIsNamed() {
    for (String answered : List.of("503 {}", "200 <html>", "401 {}")) {
      status = Integer.parseInt(answered.substring(0, 3));
      body = answered.substring(4);
      assertThat(find(3, null).away()).as(answered).containsExactly("b", "gone");
    }
    server.stop(0);
    assertThat(find(3, null).away()).containsExactly("b", "gone");
  }

  @Test
  void whatCannotBeGoneOnWithIsBegunAgain() {
    // Given: there are other copies meanwhile
    status = 400;

    // Then
    isRefused(() -> find(3, null));
    isRefused(() -> search.find("lake", 3, "0", NO_HEADERS, false));
    assertThat(asked).hasSize(1);
  }

  private static void isRefused(Runnable asks) {
    assertThatThrownBy(asks::run)
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.code()).isEqualTo(CommonProblem.CONTINUE_INVALID));
  }
}
