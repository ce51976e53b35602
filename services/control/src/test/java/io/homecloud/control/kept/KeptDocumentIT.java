package io.homecloud.control.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One service's document, beside a storage that is asked over HTTP. */
class KeptDocumentIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String READY =
      """
      {"items": [{"metadata": {"name": "home", "uid": "5c9e4b0a-7e55-4d1c-9d5e-6b6f0c1d2e3f"}, "spec": {},
        "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "Ready", "message": "",
          "lastTransitionTime": "2026-01-01T00:00:00Z", "observedGeneration": 1}]}}], "metadata": {}}\
      """;
  private static final String NONE = "{\"items\": [], \"metadata\": {}}";

  private final ControlPlane plane = ControlSchema.plane(ControlSchema.fresh().dataSource());
  private final List<JsonNode> written = new ArrayList<>();
  private final List<Names> restored = new ArrayList<>();
  private HttpServer server;
  private OtherService storage;
  private volatile String pools = READY;
  private volatile Optional<String> there = Optional.empty();
  private volatile int answer = 200;

  /** What is kept here. */
  record Names(int format, List<String> names) implements KeptDocument.Content {
    @Override
    public boolean empty() {
      return names.isEmpty();
    }
  }

  @BeforeEach
  void serve() throws IOException {
    plane.start(List.of(), List.of());
    plane
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .execute(
                    "create table kept_document (one boolean primary key default true, revision bigint not null)"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    storage = new OtherService("storage", () -> Optional.of(base), () -> "token");
  }

  @AfterEach
  void end() {
    storage.close();
    server.stop(0);
    plane.close();
  }

  private void answer(HttpExchange asked) throws IOException {
    String body = "{}";
    int status = answer;
    if (asked.getRequestURI().getPath().endsWith("/pools")) {
      body = pools;
    } else if (asked.getRequestMethod().equals("PUT")) {
      String put = new String(asked.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (status == 200) {
        written.add(JSON.readTree(put));
        there = Optional.of(put);
      }
      body = "{\"missing\": []}";
    } else if (there.isPresent()) {
      body = there.get();
    } else {
      status = 404;
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    asked.sendResponseHeaders(status, bytes.length);
    asked.getResponseBody().write(bytes);
    asked.close();
  }

  private static String document(long revision, int format, String name) {
    return "{\"revision\": %d, \"content\": {\"format\": %d, \"names\": [\"%s\"]}}"
        .formatted(revision, format, name);
  }

  private Optional<Names> keep(Supplier<List<String>> names) throws Away {
    return new KeptDocument<>(
            plane.database(), storage, plane.json(), "documents/test/names", Names.class, 1)
        .keep(() -> new Names(1, names.get()), restored::add);
  }

  private Optional<Names> keep(String... names) throws Away {
    return keep(() -> List.of(names));
  }

  private static String document(JsonNode written) {
    return written.path("revision").asLong() + " " + written.path("content").path("names");
  }

  @Test
  void whatIsHereIsWrittenOnceForEachChange() throws Exception {
    // When
    Optional<Names> nothing = keep();
    Optional<Names> first = keep("anna");
    var _ = keep("anna");
    var _ = keep("anna", "ben");
    var _ = keep();

    // Then
    assertThat(nothing).contains(new Names(1, List.of()));
    assertThat(first).contains(new Names(1, List.of("anna")));
    assertThat(written.stream().map(KeptDocumentIT::document))
        .containsExactly("1 [\"anna\"]", "2 [\"anna\",\"ben\"]", "3 []");
    assertThat(restored).isEmpty();
  }

  @Test
  void poolsThatComeAfterALostDatabaseWasUsedAgainSayWhatItKnew() throws Exception {
    // Given
    pools = NONE;

    // When
    Optional<Names> early = keep("anna");
    Optional<Names> later = keep("anna", "ben");

    // Then
    assertThat(early).isEmpty();
    assertThat(later).isEmpty();
    assertThat(written).isEmpty();

    // And when
    pools = READY;
    there = Optional.of(document(1, 1, "carla"));
    List<String> now = new ArrayList<>(List.of("anna", "ben"));
    var _ =
        keep(() -> {
          restored.forEach(before -> now.addAll(before.names()));
          return now;
        });

    // Then
    assertThat(written.stream().map(KeptDocumentIT::document))
        .containsExactly("2 [\"anna\",\"ben\",\"carla\"]");
  }

  @Test
  void anOlderCopyOfTheDatabaseWritesNothingBeforeItsPoolsArePluggedIn() throws Exception {
    // Given: it has seen revision 1, and the pool has another one since
    var _ = keep("anna");
    written.clear();
    there = Optional.empty();
    pools = READY.replace("\"True\"", "\"False\"");

    // When
    var early = assertThatThrownBy(() -> keep("anna", "ben"));

    // Then
    early.isInstanceOf(Away.class);
    assertThat(written).isEmpty();

    // And when
    pools = READY;
    there = Optional.of(document(2, 1, "carla"));
    var _ = keep("anna", "ben");

    // Then
    assertThat(restored).containsExactly(new Names(1, List.of("carla")));
  }

  @Test
  void aWriteThatFailedIsNoLostDatabase() throws Exception {
    // Given
    var _ = keep("anna", "ben");

    // When: it is remembered, and what came of it is not known
    String before = there.orElseThrow();
    var _ = keep("anna");
    there = Optional.of(before);
    var _ = keep("anna");

    // Then
    assertThat(restored).isEmpty();
    assertThat(there.map(text -> text.contains("ben"))).contains(false);
  }

  @Test
  void aDatabaseThatIsLostWhileItIsReadIsNotWrittenOverThePools() throws Exception {
    // Given
    var _ = keep("anna");
    written.clear();

    // When
    var lost =
        assertThatThrownBy(() ->
            keep(() -> {
              plane
                  .database()
                  .useTransaction(
                      transaction -> transaction.handle().execute("delete from kept_document"));
              return List.of();
            }));

    // Then
    lost.isInstanceOf(IllegalStateException.class).hasMessageContaining("revision 1");
    assertThat(written).isEmpty();

    // And when
    var _ = keep();

    // Then
    assertThat(restored).containsExactly(new Names(1, List.of("anna")));
  }

  @Test
  void whatALaterReleaseKeptIsNotWrittenOver() throws Exception {
    // Given
    there = Optional.of(document(7, 2, "carla"));

    // When
    var refused = assertThatThrownBy(() -> keep("anna"));
    there = Optional.of("{\"revision\": 7, \"content\": {\"format\": \"many\"}}");
    var unreadable = assertThatThrownBy(() -> keep("anna"));

    // Then
    refused.isInstanceOf(IllegalStateException.class).hasMessageContaining("not understood");
    unreadable.isInstanceOf(IllegalStateException.class).hasMessageContaining("not understood");
    assertThat(written).isEmpty();
  }

  @Test
  void whileStorageIsAwayNothingIsDone() {
    // Given
    answer = 503;
    there = Optional.of(document(7, 1, "carla"));

    // When
    var away = assertThatThrownBy(() -> keep("anna"));

    // Then
    away.isInstanceOf(Away.class);
    assertThat(restored).isEmpty();
    assertThat(written).isEmpty();
  }
}
