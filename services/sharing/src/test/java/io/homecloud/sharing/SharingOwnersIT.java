package io.homecloud.sharing;

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
class SharingOwnersIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = SharingKinds.API;

  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ControlPlane plane =
      new ControlPlane(
          "sharing",
          "a",
          source,
          JSON,
          Clock.systemUTC(),
          _ -> CompletableFuture.completedFuture(null),
          Map.of());
  private final Nodes b = new Nodes(plane.database(), "sharing", "b");
  private final SharingOwners owners = new SharingOwners(plane.nodes(), plane.resources());

  @BeforeEach
  void twoNodes() {
    b.start(URI.create("http://10.0.0.2:8080"));
    plane.nodes().start(URI.create("http://10.0.0.1:8080"));
    insert("Share", "docs", "a", "{}");
    insert("Share", "films", "b", "{}");
    insert("Account", "alice", "b", "{}");
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
            asked("POST", "shares", "{\"spec\":{\"volume\":\"films\"}}", ""),
            asked("GET", "shares/films", "", ""),
            asked("GET", "shares/films/accesses", "", "needed b"),
            asked("POST", "left-homes/films/1/give", "{}", "needed b"),
            asked("GET", "sessions", "", ""),
            asked("GET", "sessions?node=b", "", "needed b"),
            asked("GET", "servers?node=b", "", "needed b"),
            asked("PATCH", "accounts/alice", "{}", ""),
            asked("PUT", "accounts/alice/password", "{}", "everywhere"),
            asked("POST", "/sign-in/password", "", "everywhere"),
            asked("GET", "/sign-in/password", "", ""),
            asked("DELETE", "accounts/alice", "", "preferred b"),
            asked("GET", "accounts/alice", "", ""));

    // Then
    assertThat(answers)
        .allSatisfy(one -> assertThat(one.found()).as(one.request()).isEqualTo(one.expected()));
  }

  private Asking asked(String method, String uri, String body, String expected) {
    String[] parts = uri.split("[?]node=", 2);
    String path =
        (uri.startsWith("/") ? "" : API + "/")
            + URLDecoder.decode(parts[0], StandardCharsets.UTF_8);
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
