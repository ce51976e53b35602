package io.homecloud.storage;

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
class StorageOwnersIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = StorageKinds.API;

  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ControlPlane plane =
      new ControlPlane(
          "storage",
          "a",
          source,
          JSON,
          Clock.systemUTC(),
          _ -> CompletableFuture.completedFuture(null),
          Map.of());
  private final Nodes b = new Nodes(plane.database(), "storage", "b");
  private final StorageOwners owners = new StorageOwners(plane.nodes(), plane.resources());

  @BeforeEach
  void twoNodes() {
    b.start(URI.create("http://10.0.0.2:8080"));
    plane.nodes().start(URI.create("http://10.0.0.1:8080"));
    insert("Pool", "home", "a", "{}");
    insert("Pool", "far", "b", "{}");
    insert("Volume", "docs", "a", "{}");
    insert("Volume", "films", "b", "{}");
    insert("Snapshot", "before", "b", "{}");
    insert("TrashedVolume", "0c0ffee0-0000-0000-0000-000000000001", "b", "{}");
    insert("Disk", "one", "a", "{\"id\":\"usb-a\"}");
    insert("Disk", "two", "b", "{\"id\":\"usb-b\"}");
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
            asked("POST", "pools", "{\"spec\":{\"node\":\"b\"}}", "needed b"),
            asked("POST", "pools", "{\"spec\":{\"node\":\"typo\"}}", ""),
            asked("POST", "pools", "{\"spec\":{\"disks\":[\"usb-b\"]}}", "needed b"),
            asked("POST", "pools", "{\"spec\":{\"disks\":[\"/dev/sda\"]}}", ""),
            asked("POST", "pools", "[]", ""),
            asked("GET", "pools", "", ""),
            asked("GET", "pools/far", "", "preferred b"),
            asked("GET", "pools/home", "", "preferred a"),
            asked("DELETE", "pools/far", "", "needed b"),
            asked("POST", "pools/far/scrub", "", "needed b"),
            asked("POST", "pools/adopt", "{\"disks\":[\"usb-b\"]}", "needed b"),
            asked("POST", "pools/adopt?node=b", "{}", "needed b"),
            asked("POST", "volumes", "{\"spec\":{\"pool\":\"far\"}}", ""),
            asked("GET", "volumes/films", "", "preferred b"),
            asked("GET", "volumes/none", "", ""),
            asked("GET", "volumes/..%00", "", ""),
            asked("PATCH", "volumes/films", "{}", "needed b"),
            asked("GET", "volumes/films/files/a", "", "needed b"),
            asked("PUT", "volumes/films/files/a/b", "", "needed b"),
            asked("POST", "volumes/films/rollback", "{}", "needed b"),
            asked("POST", "volumes/films/clone", "{}", ""),
            asked("POST", "snapshots", "{\"spec\":{\"volume\":\"films\"}}", ""),
            asked("DELETE", "snapshots/before", "", ""),
            asked("GET", "snapshots/before/files/a", "", "needed b"),
            asked("GET", "snapshots/before/diff", "", "needed b"),
            asked("DELETE", "trash/0c0ffee0-0000-0000-0000-000000000001", "", ""),
            asked("POST", "trash/0c0ffee0-0000-0000-0000-000000000001/restore", "", "needed b"),
            asked("GET", "disks", "", ""),
            asked("GET", "disks?node=b", "", "needed b"),
            asked("POST", "disks/usb-b/eject", "", "needed b"),
            asked("POST", "disks/usb-a/eject", "", ""),
            asked("GET", "offers?node=b", "", "needed b"),
            asked("GET", "tasks", "", ""));

    // Then
    assertThat(answers)
        .allSatisfy(one -> assertThat(one.found()).as(one.request()).isEqualTo(one.expected()));
  }

  private Asking asked(String method, String uri, String body, String expected) {
    String[] parts = uri.split("[?]node=", 2);
    String path = API + "/" + URLDecoder.decode(parts[0], StandardCharsets.UTF_8);
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
