package io.homecloud.sharing.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.agroal.api.AgroalDataSource;
import io.homecloud.control.Name;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.sharing.volume.KnownVolume.State;
import io.homecloud.sharing.volume.KnownVolumes.KnownSnapshot;
import io.homecloud.testkit.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What sharing knows when it has read all that storage has. */
class StorageIT {
  private static final UUID POOL = UUID.randomUUID();

  /** It was called papers, came back from the trash as old, and its snapshot says papers still. */
  private static final UUID OLD = UUID.randomUUID();

  private static final UUID OF_OLD = UUID.randomUUID();

  /** It is called papers now. */
  private static final UUID PAPERS = UUID.randomUUID();

  private static final UUID OF_PAPERS = UUID.randomUUID();

  private static final ObjectMapper JSON =
      JsonMapper.builder().addModule(new JavaTimeModule()).build();

  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control", "db/sharing").pool();
  private final ServiceDatabase database = new ServiceDatabase(source, "sharing");
  private final KnownVolumes known = new KnownVolumes(database, Path.of("/"));
  private final KnownRows rows = new KnownRows(Clock.systemUTC());
  private final Map<String, String> answers = new HashMap<>();

  /** What happens before storage's answer of snapshots is read. */
  private volatile Runnable meanwhile = () -> {};

  private HttpServer server;
  private StorageClient client;
  private Storage storage;

  /** In the time before the clock was set back. */
  private Storage ahead;

  @BeforeEach
  void storageAnswers() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/storage/v1/", this::answer);
    server.start();
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    client = new StorageClient(JSON, () -> Optional.of(base), () -> "token");
    storage = new Storage(database, known, rows, client, (_, _) -> {}, "node1");
    KnownRows hurried = new KnownRows(Clock.offset(Clock.systemUTC(), Duration.ofDays(300)));
    ahead = new Storage(database, known, hurried, client, (_, _) -> {}, "node1");
    answers.put("home", item(POOL, "home", "{}", "{'conditions':[]}"));
    answers.put("pools", items(item(POOL, "home", "{}", "{'conditions':[]}")));
    answers.put("volumes", items(volume(OLD, "old"), volume(PAPERS, "papers")));
    answers.put(
        "snapshots", items(snapshot(OF_OLD, "papers", OLD), snapshot(OF_PAPERS, "papers", PAPERS)));
  }

  @AfterEach
  void nothingIsLeft() {
    client.close();
    server.stop(0);
    source.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String plural = path.substring(path.lastIndexOf('/') + 1);
    if (plural.equals("snapshots")) {
      meanwhile.run();
    }
    byte[] body = answers.getOrDefault(plural, "{}").getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(answers.containsKey(plural) ? 200 : 404, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String items(String... items) {
    return "{\"items\":[" + String.join(",", items) + "]}";
  }

  private static String item(UUID uid, String name, String spec, String status) {
    return "{'metadata':{'uid':'%s','name':'%s'},'spec':%s,'status':%s}"
        .formatted(uid, name, spec, status)
        .replace('\'', '"');
  }

  private static String volume(UUID uid, String name) {
    return volume(uid, name, "True");
  }

  private static String volume(UUID uid, String name, String ready) {
    return item(
        uid,
        name,
        "{'pool':'home'}",
        "{'mountPath':'/v/%s','conditions':[{'type':'Ready','status':'%s','reason':'Some','message':'Some.'}]}"
            .formatted(name, ready));
  }

  private static String path(UUID uid, UUID of) {
    return "/pools/home/@snapshots/" + of + "/" + uid;
  }

  /** As storage tells it, with what it says of its volume's name. */
  private static String snapshot(UUID uid, String volume, UUID of) {
    return item(
        uid,
        "s-" + uid,
        "{'volume':'" + volume + "'}",
        "{'path':'" + path(uid, of) + "','createdAt':'2026-05-05T05:05:05Z'}");
  }

  private List<UUID> snapshotsOf(UUID volume) {
    return known.snapshots(volume).stream().map(KnownSnapshot::uid).toList();
  }

  @Test
  void noVolumeIsGivenTheSnapshotsOfOneThatHadItsName() throws Exception {
    // When: at two starts, since what the first one forgets nobody knows at the second.
    storage.readAll();
    storage.readAll();

    // Then
    assertThat(snapshotsOf(OLD)).containsExactly(OF_OLD);
    assertThat(snapshotsOf(PAPERS)).containsExactly(OF_PAPERS);
  }

  @Test
  void whatWasWrittenDownForAnotherVolumeIsPutRight() throws Exception {
    // Given
    Instant then = Instant.parse("2026-05-05T05:05:05Z");
    database.useTransaction(transaction ->
        rows.put(transaction.handle(), new KnownSnapshot(OF_OLD, PAPERS, path(OF_OLD, OLD), then)));

    // When
    storage.readAll();

    // Then
    assertThat(snapshotsOf(OLD)).containsExactly(OF_OLD);
    assertThat(snapshotsOf(PAPERS)).containsExactly(OF_PAPERS);
  }

  @Test
  void theSnapshotsOfAVolumeInTheTrashAreNotThoseOfItsNamesake() throws Exception {
    // Given
    answers.put("volumes", items(volume(PAPERS, "papers")));

    // When
    storage.readAll();

    // Then
    assertThat(snapshotsOf(PAPERS)).containsExactly(OF_PAPERS);
  }

  @Test
  void aSnapshotThatIsNowhereForAWhileIsNotForgotten() throws Exception {
    // Given
    storage.readAll();
    String away = item(OF_OLD, "s-" + OF_OLD, "{'volume':'old'}", "{}");
    answers.put("snapshots", items(away, snapshot(OF_PAPERS, "papers", PAPERS)));

    // When
    storage.readAll();

    // Then
    assertThat(snapshotsOf(OLD)).containsExactly(OF_OLD);
    assertThat(snapshotsOf(PAPERS)).containsExactly(OF_PAPERS);
  }

  @Test
  void aVolumeThatComesWhenTheClockHasBeenSetBackIsThere() throws Exception {
    // Given
    answers.put("volumes", items(volume(OLD, "old"), volume(PAPERS, "papers", "False")));
    ahead.readAll();
    answers.put("papers", volume(PAPERS, "papers"));

    // When
    storage.lookAgain(new Name("papers"), true);

    // Then
    assertThat(known.find("papers")).map(KnownVolume::state).contains(State.Ready);
  }

  @Test
  void aVolumeThatIsNotMountedAndThatStorageHasNotAnyMoreIsUnavailable() throws Exception {
    // Given
    ahead.readAll();

    // When
    storage.lookAgain(new Name("papers"), true);
    storage.lookAgain(new Name("old"), false);

    // Then
    assertThat(known.find("papers")).map(KnownVolume::state).contains(State.Ready);
    assertThat(known.find("old")).map(KnownVolume::state).contains(State.Unavailable);
  }

  @Test
  void whatIsReadWhenTheClockHasBeenSetBackIsKnown() throws Exception {
    // Given
    answers.put("volumes", items(volume(OLD, "old"), volume(PAPERS, "papers", "False")));
    ahead.readAll();
    answers.put("volumes", items(volume(PAPERS, "papers")));

    // When
    storage.readAll();

    // Then
    assertThat(known.find("papers")).map(KnownVolume::state).contains(State.Ready);
    assertThat(known.find("old")).isEmpty();
  }

  @Test
  void snapshotsAreReadOnceWhenTheClockHasBeenSetBack() throws Exception {
    // Given
    answers.put("papers", volume(PAPERS, "papers"));
    var _ = ahead.ask(new Name("papers"));

    // When
    boolean read = storage.bringSnapshots(new Name("papers"));

    // Then
    assertThat(read).isTrue();
    assertThat(known.snapshotsDue(PAPERS)).isFalse();
  }

  @Test
  void aSnapshotThatIsToldToBeGoneWhileAllAreReadStaysSo() throws Exception {
    // Given
    answers.put("papers", volume(PAPERS, "papers"));
    storage.readAll();
    meanwhile =
        () ->
            database.useTransaction(transaction -> {
              rows.removeSnapshot(transaction.handle(), OF_OLD);
              rows.removeSnapshot(transaction.handle(), OF_PAPERS);
            });

    // When
    boolean read = storage.bringSnapshots(new Name("papers"));
    storage.readAll();

    // Then
    assertThat(read).isTrue();
    assertThat(snapshotsOf(PAPERS)).isEmpty();
    assertThat(snapshotsOf(OLD)).isEmpty();
  }

  @Test
  void aPlaceThatStorageCannotHaveToldIsNotServed() throws Exception {
    // Given
    storage.readAll();
    UUID forged = UUID.randomUUID();

    // When: whoever reaches Kafka tells so
    database.useTransaction(transaction -> {
      rows.put(transaction.handle(), told(PAPERS, "papers", "/"));
      rows.put(transaction.handle(), told(forged, "../..", "/volumes/../.."));
      for (String place : List.of("/etc", "/pools/../@snapshots/" + PAPERS + "/" + forged)) {
        rows.put(transaction.handle(), new KnownSnapshot(forged, PAPERS, place, Instant.EPOCH));
        assertThat(snapshotsOf(PAPERS)).containsExactly(OF_PAPERS);
      }
    });

    // Then
    assertThat(known.all())
        .extracting(KnownVolume::name, KnownVolume::mountPath)
        .contains(tuple("papers", "/volumes/papers"), tuple("../..", null));
    assertThat(known.find("papers")).map(KnownVolume::mountPath).contains("/volumes/papers");
  }

  private static KnownVolume told(UUID uid, String name, String place) {
    return new KnownVolume(
        uid, name, "node1", POOL, place, "0:0", State.Ready, null, null, Instant.now());
  }

  @Test
  void aVolumeThatIsNotThereIsAskedForAgainThoughNobodyTells() throws Exception {
    // Given
    answers.put("volumes", items(volume(PAPERS, "papers", "False")));
    answers.put("papers", volume(PAPERS, "papers", "False"));
    ahead.readAll();

    // When
    Optional<Duration> there = storage.lookAgain(new Name("papers"), true);
    ahead.readAll();
    server.stop(0);
    Optional<Duration> away = storage.lookAgain(new Name("papers"), true);

    // Then
    assertThat(there).contains(Duration.ofMinutes(1));
    assertThat(away).contains(Duration.ofSeconds(5));
  }
}
