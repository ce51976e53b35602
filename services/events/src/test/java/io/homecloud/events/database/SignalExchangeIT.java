package io.homecloud.events.database;

import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.events.EventsSchema;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.jdbc.PgConnection;

class SignalExchangeIT {
  private static final Duration CHECK = Duration.ofMillis(300);

  private final TestSchema schema = EventsSchema.fresh();
  private final List<Instance> instances = new ArrayList<>();

  /** One of a service's processes. */
  private record Instance(ServiceDatabase database, List<Signal> heard) {}

  private Instance instance() {
    return instance(new ServiceDatabase(schema.pool(), "test", CHECK));
  }

  private Instance instance(ServiceDatabase database) {
    Instance instance = new Instance(database, new CopyOnWriteArrayList<>());
    for (Signal.Topic topic : Signal.Topic.values()) {
      database.subscribe(topic, payload -> instance.heard.add(new Signal(topic, payload)));
    }
    instances.add(instance);
    database.start();
    // The listener says so when it listens.
    Signal ready = new Signal(Signal.Topic.RESYNC, "");
    eventually(() -> assertThat(instance.heard).contains(ready));
    return instance;
  }

  @AfterEach
  void close() {
    instances.forEach(instance -> instance.database.close());
  }

  private static void signal(Instance from, Object payload) {
    from.database.useTransaction(transaction -> transaction.signal(Signal.Topic.WISH, payload));
  }

  private void endConnections(String condition) {
    try (var connection = TestPostgres.freshSchema().dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and "
              + condition);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The connection whose session holds this schema's lock. */
  private String leadersConnection() {
    return "pid in (select pid from pg_locks where locktype = 'advisory'"
        + " and objid = (hashtext('"
        + schema.name()
        + "')::bigint & 4294967295)::oid)";
  }

  private static int resyncs(Instance instance) {
    return Collections.frequency(instance.heard, new Signal(Signal.Topic.RESYNC, ""));
  }

  /** Ends the leader's connection, and waits until it listens on another one. */
  private void cutOff(Instance leader) {
    eventually(() -> assertThat(leader.database.leads()).isTrue());
    int before = resyncs(leader);
    endConnections(leadersConnection());
    eventually(() -> assertThat(resyncs(leader)).isGreaterThan(before));
  }

  @Test
  void aListenerThatIsCutOffAgainAndAgainTakesNoConnectionWithIt() {
    // Given
    int pooled = 3;
    Instance one = instance(new ServiceDatabase(schema.pool(pooled), "test", CHECK));

    // When
    for (int cut = 0; cut < pooled; cut++) {
      cutOff(one);
    }

    // Then
    assertThatCode(() -> signal(one, UUID.randomUUID())).doesNotThrowAnyException();
  }

  @Test
  void aWishOfOneInstanceWakesTheOtherOnce() throws Exception {
    // Given
    Instance one = instance();
    Instance other = instance();
    UUID uid = UUID.randomUUID();
    Signal wish = new Signal(Signal.Topic.WISH, uid.toString());

    // When
    signal(one, uid);

    // Then
    eventually(() -> assertThat(other.heard).contains(wish));
    TimeUnit.MILLISECONDS.sleep(200);
    assertThat(one.heard).containsOnlyOnce(wish);
    assertThat(other.heard).containsOnlyOnce(wish);
  }

  @Test
  void manySignalsAllArrive() {
    // Given
    Instance one = instance();
    Instance other = instance();

    // When
    for (int n = 0; n < 500; n++) {
      signal(one, n);
    }

    // Then
    eventually(
        () -> assertThat(other.heard).filteredOn(s -> s.topic() == Signal.Topic.WISH).hasSize(500));
  }

  @Test
  void otherServicesHearNothing() throws Exception {
    // Given
    Instance one = instance();
    Instance elsewhere = instance(new ServiceDatabase(EventsSchema.fresh().pool(), "other", CHECK));

    // When
    signal(one, 1);
    TimeUnit.MILLISECONDS.sleep(300);

    // Then
    assertThat(elsewhere.heard).noneMatch(signal -> signal.topic() == Signal.Topic.WISH);
  }

  @Test
  void oneLeadsAndAnotherTakesOverWhenItStops() {
    // Given
    Instance one = instance();
    Instance other = instance();
    assertThat(one.database.leads()).isTrue();
    assertThat(other.database.leads()).isFalse();

    // When
    one.database.close();

    // Then
    within(Duration.ofSeconds(30), () -> assertThat(other.database.leads()).isTrue());
    eventually(() -> assertThat(one.database.leads()).isFalse());
    eventually(() -> assertThat(other.heard).contains(new Signal(Signal.Topic.EVENT, "")));
  }

  @Test
  void leadershipMovesWhenTheLeadersConnectionDies() {
    // Given
    Instance one = instance();
    Instance other = instance();

    // When
    cutOff(one);

    // Then
    within(
        Duration.ofMinutes(1),
        () -> {
          // On a busy machine it may be back before the other has asked.
          if (one.database.leads()) {
            cutOff(one);
          }
          assertThat(other.database.leads()).isTrue();
        });
    assertThat(one.database.leads()).isFalse();
    UUID uid = UUID.randomUUID();
    signal(other, uid);
    eventually(() -> assertThat(one.heard).contains(new Signal(Signal.Topic.WISH, uid.toString())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "create schema \"%1$s\""})
  void anotherDatabaseInItsPlaceIsTold(String inItsPlace) throws Exception {
    // Given
    AtomicInteger told = new AtomicInteger();
    Instance one = instance();
    one.database.onReplacement(told::incrementAndGet);
    cutOff(one);
    assertThat(told).hasValue(0);
    int before = resyncs(one);
    eventually(() -> assertThat(one.database.leads()).isTrue());

    // When
    try (var connection = TestPostgres.freshSchema().dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("drop schema \"%1$s\" cascade".formatted(schema.name()));
      statement.execute(inItsPlace.formatted(schema.name()));
    }
    endConnections(leadersConnection());

    // Then
    eventually(() -> assertThat(told).hasValue(1));
    assertThat(one.database.leads()).isFalse();
    TimeUnit.SECONDS.sleep(3);
    assertThat(told).hasValue(1);
    assertThat(resyncs(one)).isEqualTo(before);
  }

  @Test
  void aLeaderWithoutPowerIsNoticedSoon() throws Exception {
    // Given
    Instance _ = instance();
    String ports;
    try (var connection = TestPostgres.freshSchema().dataSource().getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select format('( sport = :%s and dport = :%s )', inet_server_port(), client_port)"
                    + " from pg_stat_activity where "
                    + leadersConnection())) {
      row.next();
      ports = row.getString(1);
    }

    // Then, where Linux asks after two hours otherwise; while something is under way it is not said
    within(
        Duration.ofMinutes(1),
        () -> assertThat(timer(ports)).containsPattern("keepalive,[0-9.]+(ms|sec),"));
  }

  private static String timer(String ports) throws IOException {
    Process process = new ProcessBuilder("ss", "-tnoH", ports).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void alwaysAtMostOneLeads() {
    // Given
    List<Instance> three = List.of(instance(), instance(), instance());

    // When
    for (int round = 0; round < 3; round++) {
      Instance dead = three.stream().filter(each -> each.database.leads()).findAny().orElseThrow();
      endConnections(leadersConnection());

      // Then: from when it knows that it leads no more
      within(Duration.ofSeconds(30), () -> assertThat(dead.database.leads()).isFalse());
      within(
          Duration.ofSeconds(30),
          () -> assertThat(three).filteredOn(each -> each.database.leads()).hasSize(1));
    }
  }

  @Test
  void afterAnOutageEverybodyIsToldToLookAtAll() {
    // Given
    Instance one = instance();
    Instance other = instance();
    one.heard.clear();
    other.heard.clear();

    // When
    TestPostgres.stop();
    TestPostgres.start();

    // Then
    Signal resync = new Signal(Signal.Topic.RESYNC, "");
    eventually(() -> assertThat(one.heard).contains(resync));
    eventually(() -> assertThat(other.heard).contains(resync));
    eventually(() -> assertThat(instances).filteredOn(each -> each.database.leads()).hasSize(1));
    signal(one, 7);
    eventually(() -> assertThat(other.heard).contains(new Signal(Signal.Topic.WISH, "7")));
  }

  @Test
  void whenNobodyKnowsWhetherItWasCommittedEverybodyLooksAtAllOnce() {
    // Given
    Instance one = instance();
    Instance other = instance();
    one.heard.clear();
    other.heard.clear();

    // When: its connection is lost just before the answer
    assertThatThrownBy(() ->
            one.database.useTransaction(transaction -> {
              transaction.signal(Signal.Topic.WISH, 1);
              abort(transaction.handle().getConnection());
            }))
        .satisfies(failure -> assertThat(ServiceDatabase.isAway(failure)).isTrue());

    // Then
    Signal resync = new Signal(Signal.Topic.RESYNC, "");
    eventually(() -> assertThat(one.heard).contains(resync));
    eventually(() -> assertThat(other.heard).contains(resync));
    signal(one, 7);
    eventually(() -> assertThat(other.heard).contains(new Signal(Signal.Topic.WISH, "7")));
    for (Instance each : instances) {
      assertThat(Collections.frequency(each.heard, resync)).isEqualTo(1);
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.unwrap(PgConnection.class).abort(Runnable::run);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatNobodyUnderstandsIsPassedOver() {
    // Given
    Instance one = instance();
    Instance other = instance();

    // When
    one.database.read(handle -> {
      for (String text : List.of("x", "x NEWER_TOPIC y", "x WISH", "", "x WISH not-a-uuid")) {
        handle.execute("select pg_notify(current_schema(), ?)", text);
      }
      return true;
    });
    signal(one, 7);

    // Then
    eventually(() -> assertThat(other.heard).contains(new Signal(Signal.Topic.WISH, "7")));
  }
}
