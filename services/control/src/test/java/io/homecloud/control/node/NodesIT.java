package io.homecloud.control.node;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpServer;
import io.agroal.api.AgroalDataSource;
import io.homecloud.control.ControlSchema;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is there, as two instances of a service see it. */
class NodesIT {
  private static final URI URL_OF_A = URI.create("http://10.0.0.1:8081");
  private static final URI URL_OF_B = URI.create("http://10.0.0.2:8081");

  private final AgroalDataSource source = ControlSchema.fresh().pool();
  private final ServiceDatabase databaseOfA = database();
  private final ServiceDatabase databaseOfB = database();
  private final Nodes a = new Nodes(databaseOfA, "test", "a");
  private final Nodes b = new Nodes(databaseOfB, "test", "b");

  private ServiceDatabase database() {
    ServiceDatabase database = new ServiceDatabase(source, "test");
    database.start();
    return database;
  }

  @AfterEach
  void nothingIsLeft() {
    a.close();
    b.close();
    databaseOfA.close();
    databaseOfB.close();
    source.close();
  }

  @Test
  void whoComesIsKnownToThoseWhoAreThere() {
    // Given
    a.start(URL_OF_A);
    assertThat(a.alone()).isTrue();

    // When
    b.start(URL_OF_B);

    // Then
    eventually(() -> assertThat(a.alone()).isFalse());
    assertThat(b.alone()).isFalse();
    assertThat(a.find("b"))
        .hasValueSatisfying(peer -> {
          assertThat(peer.url()).isEqualTo(URL_OF_B);
          assertThat(peer.here()).isTrue();
        });
    assertThat(b.others()).extracting(Peer::node).containsExactly("a");
    assertThat(a.find("c")).isEmpty();
  }

  @Test
  void whoLeavesInOrderIsAwayAtOnceAndBackWhenItStarts() {
    // Given
    a.start(URL_OF_A);
    b.start(URL_OF_B);

    // When
    b.close();

    // Then
    assertThat(a.find("b")).hasValueSatisfying(peer -> assertThat(peer.here()).isFalse());
    assertThat(a.others()).isEmpty();
    b.beat();
    assertThat(a.find("b")).hasValueSatisfying(peer -> assertThat(peer.here()).isTrue());
  }

  @Test
  void whoIsSilentForLongIsAwaySinceItWasSeenLast() {
    // Given
    a.start(URL_OF_A);
    b.start(URL_OF_B);
    Instant anHourAgo = Instant.now().minus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);

    // When
    databaseOfA.useTransaction(transaction ->
        transaction
            .handle()
            .execute(
                "update node set seen_at = ? where name = 'b'",
                java.sql.Timestamp.from(anHourAgo)));

    // Then
    assertThat(a.find("b"))
        .hasValueSatisfying(peer -> {
          assertThat(peer.here()).isFalse();
          assertThat(peer.seenAt()).isEqualTo(anHourAgo);
        });
  }

  @Test
  void theEndOfAnInstanceSaysNothingOfTheOneThatTookItsPlace() {
    // Given
    a.start(URL_OF_A);
    b.start(URL_OF_B);
    try (Nodes successor = new Nodes(databaseOfB, "test", "b")) {
      successor.start(URI.create("http://10.0.0.3:8081"));

      // When
      b.close();

      // Then
      assertThat(a.find("b")).hasValueSatisfying(peer -> assertThat(peer.here()).isTrue());
    }
  }

  @Test
  void anInstanceWithoutUrlWritesNothingAndIsAlone() {
    // When
    a.beat();

    // Then
    assertThat(a.alone()).isTrue();
    assertThat(b.find("a")).isEmpty();
  }

  @Test
  void onlyNodesThatThereAreCanBeNamed() {
    // Given
    a.start(URL_OF_A);

    // When
    Wanted own = naming("a");
    Wanted typo = naming("aa");

    // Then
    assertThat(a.named(own)).contains("a");
    assertThatThrownBy(() -> a.named(typo)).hasMessageContaining("not the name of any node");
  }

  @Test
  void instancesThatStartAtOnceOnAnEmptyDatabaseMakeTheTablesOnce() throws Exception {
    // Given
    TestSchema empty = TestPostgres.freshSchema();
    try (Connection connection = empty.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("drop schema \"" + empty.name() + "\" cascade");
    }

    // When
    List<Future<TestSchema>> starts = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int instance = 0; instance < 3; instance++) {
        starts.add(threads.submit(() -> empty.migrated("db/events", "db/control")));
      }
    }

    // Then
    for (Future<TestSchema> start : starts) {
      assertThat(start.get()).isEqualTo(empty);
    }
  }

  @Test
  void whatOneRefusesNoOtherIsAsked() throws Exception {
    // Given
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer peer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    peer.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestHeaders().getFirst(PassedRequests.NODE_HEADER));
          exchange.sendResponseHeaders(422, -1);
          exchange.close();
        });
    peer.start();
    URI url = URI.create("http://127.0.0.1:" + peer.getAddress().getPort());
    try (Nodes c = new Nodes(databaseOfB, "test", "c")) {
      a.start(URL_OF_A);
      b.start(url);
      c.start(url);
      eventually(() -> assertThat(a.others()).hasSize(2));

      // When
      Optional<Everywhere.Answer> refusal =
          new Everywhere().tell(a, "PUT", "/x", new MultivaluedHashMap<>(), new byte[] {1});

      // Then
      assertThat(refusal).map(Everywhere.Answer::status).contains(422);
      assertThat(asked).hasSize(1);
    } finally {
      peer.stop(0);
    }
  }

  private static Wanted naming(String node) {
    return new Wanted("GET", List.of("disks"), _ -> Optional.of(node), MissingNode::getInstance);
  }
}
