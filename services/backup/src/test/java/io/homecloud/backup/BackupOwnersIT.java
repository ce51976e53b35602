package io.homecloud.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agroal.api.AgroalDataSource;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.node.Wanted;
import io.homecloud.testkit.TestPostgres;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which requests need which node, asked of node a. */
class BackupOwnersIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = BackupKinds.API;

  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ControlPlane plane =
      new ControlPlane(
          "backup",
          "a",
          source,
          JSON,
          Clock.systemUTC(),
          _ -> CompletableFuture.completedFuture(null),
          Map.of());
  private final Nodes b = new Nodes(plane.database(), "backup", "b");
  private final BackupOwners owners = new BackupOwners(plane.nodes(), plane.resources());

  @BeforeEach
  void twoNodes() {
    b.start(URI.create("http://10.0.0.2:8080"));
    plane.nodes().start(URI.create("http://10.0.0.1:8080"));
    insert("Plan", "films", "b", "{}");
    insert("Run", "films-1", "b", "{}");
    insert("Repository", "far", "b", "{}");
    insert("Restore", "back", "b", "{}");
  }

  private void insert(String kind, String name, String node, String spec) {
    plane
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .execute(
                    """
                    insert into resource (uid, kind, name, node, revision, spec, created_at, created_by)
                    values (?, ?, ?, ?, 1, ?::jsonb, now(), 'test')\
                    """,
                    UUID.randomUUID(),
                    kind,
                    name,
                    node,
                    spec));
  }

  @AfterEach
  void nothingIsLeft() {
    b.close();
    plane.nodes().close();
    source.close();
  }

  /** A request and what is said to it. */
  private record Asking(String request, String expected, String found) {}

  @Test
  void whatNeedsAHostIsOfItsNodeAndTheRestOfNobody() {
    // When
    Stream<Asking> answers =
        Stream.of(
            asked("POST", "repositories", "{}", ""),
            asked("GET", "repositories/far", "", ""),
            asked("POST", "repositories/far/take", "", ""),
            asked("POST", "repositories/far/check", "", "needed b"),
            asked("GET", "runs/films-1/log", "", "needed b"),
            asked("POST", "restores/back/retry", "", ""),
            asked("POST", "repositories/far/take?node=b", "", "needed b"),
            asked("POST", "plans", "{}", ""),
            asked("PATCH", "plans/films", "{}", ""),
            asked("POST", "plans/films/run", "", "needed b"),
            asked("GET", "plans/films/preview", "", "needed b"),
            asked("GET", "runs/films-1", "", ""),
            asked("GET", "runs/films-1/files/films/a", "", "needed b"),
            asked("DELETE", "runs/films-1", "", "needed b"),
            asked("POST", "runs/films-1/cancel", "", ""),
            asked("POST", "restores", "{\"spec\":{\"run\":\"films-1\"}}", "needed b"),
            asked("POST", "restores", "{\"spec\":{\"run\":\"none\"}}", ""),
            asked("POST", "restores/back/cancel", "", ""),
            asked("PUT", "secrets/far", "{}", "everywhere"),
            asked("DELETE", "secrets/far", "", "everywhere"),
            asked("GET", "secrets", "", ""),
            asked("GET", "search", "", ""),
            asked("GET", "search?node=b", "", "needed b"));

    Stream<Asking> pages =
        Stream.of(
            asked(BackupKinds.PAGES, "GET", "plans/films", "", ""),
            asked(BackupKinds.PAGES, "GET", "runs/films-1", "", "needed b"),
            asked(BackupKinds.PAGES, "GET", "search", "", ""));

    // Then
    assertThat(Stream.concat(answers, pages))
        .allSatisfy(one -> assertThat(one.found()).as(one.request()).isEqualTo(one.expected()));
  }

  private Asking asked(String method, String uri, String body, String expected) {
    return asked(API, method, uri, body, expected);
  }

  private Asking asked(String door, String method, String uri, String body, String expected) {
    String[] parts = uri.split("[?]node=", 2);
    String path = door + "/" + URLDecoder.decode(parts[0], StandardCharsets.UTF_8);
    Wanted wanted =
        new Wanted(
            method,
            List.of(path.substring(1).split("/")),
            name ->
                name.equals("node") && parts.length > 1 ? Optional.of(parts[1]) : Optional.empty(),
            () -> json(body));
    assertThat(owners.knows(path)).isTrue();
    String found =
        owners.everywhere(wanted)
            ? "everywhere"
            : owners
                .owner(wanted)
                .map(owner -> (owner.needed() ? "needed " : "preferred ") + owner.node())
                .orElse("");
    return new Asking(method + " " + uri + " " + body, expected, found);
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
