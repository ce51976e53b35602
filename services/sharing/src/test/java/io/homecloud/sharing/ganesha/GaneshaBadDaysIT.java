package io.homecloud.sharing.ganesha;

import static io.homecloud.sharing.ganesha.Served.serving;
import static io.homecloud.sharing.ganesha.Served.share;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.DaemonSpec;
import io.homecloud.host.ProcessIdentity;
import io.homecloud.host.Supervisor;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.ListenPort;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers killed, connections broken, ports taken. */
class GaneshaBadDaysIT {
  private final AtomicInteger sessionChanges = new AtomicInteger();
  private final List<Health> healths = new CopyOnWriteArrayList<>();
  private NfsHouse house;
  private Path volume;
  private ServedShare docs;

  private final ServerListener listener =
      new ServerListener() {
        @Override
        public void changed(Health health) {
          healths.add(health);
        }

        @Override
        public void sessionsChanged() {
          sessionChanges.incrementAndGet();
        }
      };

  @BeforeEach
  void start() throws Exception {
    house = new NfsHouse();
    volume = house.volume("family");
    docs = share("docs", house.place(volume, "docs", false), Level.WRITE);
  }

  @AfterEach
  void leaveNothing() {
    house.close();
  }

  @Test
  void clientsGoOnWhenTheServerWasKilled() throws Exception {
    // Given
    GaneshaServer server = house.server(listener);
    server.apply(serving(docs));
    Path file = house.endless(house.random("file", 500 << 20), volume, "3G");
    CompletableFuture<String> copy =
        house.begin("nfs-cp", file.toString(), house.version3("docs/file"));
    eventually(() -> assertThat(volume.resolve("file")).isNotEmptyFile());

    // When
    house.must("kill", "-KILL", Long.toString(house.pid()));

    // Then
    copy.join();
    house.must("cmp", file.toString(), volume.resolve("file").toString());
    eventually(() -> {
      assertThat(healths).hasAtLeastOneElementOfType(Health.Down.class);
      assertThat(server.health()).isEqualTo(new Health.Up());
    });
    Path small = house.random("small", 1 << 20);
    house.must("nfs-cp", small.toString(), house.version3("docs/small"));
    house.must("nfs-cp", house.version3("docs/small"), house.directory.resolve("back").toString());
    house.must("cmp", small.toString(), house.directory.resolve("back").toString());
  }

  @Test
  void clientsOfVersion4AreToldAndNothingOfTheirsIsLost() throws Exception {
    // Given
    GaneshaServer server = house.server(listener);
    server.apply(serving(docs));
    Path file = house.endless(house.random("file", 500 << 20), volume, "8G");
    CompletableFuture<String> copy =
        house.begin(NfsHouse.libnfs5("nfs-cp"), file.toString(), house.version4("docs/file"));
    eventually(() -> assertThat(volume.resolve("file")).isNotEmptyFile());

    // When
    house.must("kill", "-KILL", Long.toString(house.pid()));

    // Then
    // This client cannot take back what it had open, as Linux can; for those who can, new files
    // wait.
    eventually(() ->
        assertThat(house.refused("nfs-cat", house.version4("docs/file")))
            .contains("NFS4ERR_GRACE"));
    assertThat(copy.handle((_, failure) -> failure != null).join()).isTrue();
    String size = Long.toString(Files.size(volume.resolve("file")));
    house.must("cmp", "--bytes=" + size, file.toString(), volume.resolve("file").toString());
    house.must("nfs-ls", house.version4("docs"));
    house.must("nfs-ls", house.version3("docs"));
  }

  /** A lost bus ends it; and where it cannot end, as when a thread of it hangs, it is ended. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itComesBackWhenItsBusWasKilled(boolean hangs) throws Exception {
    // Given
    GaneshaServer server = house.server(listener);
    server.apply(serving(docs));
    long before = house.pid();
    Path policy = house.settings.directory().resolve("bus.conf");
    if (hangs) {
      house.must("kill", "-STOP", Long.toString(before));
    }

    // When
    house.must("pkill", "-KILL", "--full", "^dbus-daemon --config-file=" + policy);

    // Then
    eventually(() -> assertThat(house.pid()).isNotEqualTo(before));
    assertThat(server.apply(serving(docs))).isInstanceOf(Applied.InPlace.class);
    house.must("nfs-ls", house.version3("docs"));
  }

  @Test
  void whoIsConnectedIsSeenAndCanBeDisconnected() throws Exception {
    // Given
    GaneshaServer server = house.server(listener);
    server.apply(serving(docs));
    assertThat(server.sessions()).isEmpty();
    Path file = house.endless(house.random("file", 500 << 20), volume, "3G");
    CompletableFuture<String> copy =
        house.begin("nfs-cp", file.toString(), house.version3("docs/file"));
    eventually(() -> assertThat(volume.resolve("file")).isNotEmptyFile());

    // When
    ClientSession session = server.sessions().getFirst();
    List<String> before = connections();
    assertThat(before).isNotEmpty();
    boolean ended = server.disconnect(session.id());

    // Then
    assertThat(session.address()).isEqualTo("127.0.0.1");
    assertThat(session.security()).isEqualTo("NFS 3");
    assertThat(ended).isTrue();
    assertThat(connections()).doesNotContainAnyElementsOf(before);
    copy.join();
    house.must("cmp", file.toString(), volume.resolve("file").toString());
    eventually(() -> assertThat(server.sessions()).isEmpty());
    assertThat(server.disconnect(session.id())).isFalse();
    int changes = sessionChanges.get();
    house.must(NfsHouse.libnfs5("nfs-ls"), house.version4("docs"));
    eventually(() -> assertThat(sessionChanges.get()).isGreaterThan(changes));
  }

  /** Clients' addresses with their ports, which are others each time. */
  private List<String> connections() {
    String port = "sport = :" + house.settings.port().wished();
    return house
        .must("ss", "-tnH", "state", "established", port)
        .lines()
        .map(line -> line.strip().replaceAll(".* ", ""))
        .toList();
  }

  @Test
  void whatAKilledProcessLeftIsTakenOver() throws Exception {
    // Given
    Path daemons = house.directory.resolve("daemons");
    Path log = house.directory.resolve("log");
    ServedShare music =
        share(
            "music",
            house.place(NfsHouse.directory(volume.resolve("music")), "music", false),
            Level.WRITE);
    try (Supervisor killed = Supervisor.open(daemons, log)) {
      new GaneshaServer(killed, house.host, house.settings, listener).apply(serving(music, docs));
    }
    String ids = Files.readString(house.settings.directory().resolve("export-ids"));

    // When
    GaneshaServer server = house.server(listener);
    Applied applied = server.apply(serving(docs));

    // Then
    assertThat(applied).isInstanceOf(Applied.InPlace.class);
    assertThat(house.settings.directory().resolve("export-ids")).hasContent(ids.strip());
    house.must("nfs-ls", house.version3("docs"));
    server.close();
    assertThat(house.mounts.list())
        .noneMatch(m -> m.mountPoint().startsWith(house.settings.directory().toString()));
  }

  @Test
  void whoHasThePortsIsSaid() throws Exception {
    // Given
    ListenPort port = house.settings.port();
    try (ServerSocket other = new ServerSocket(port.wished())) {
      GaneshaServer server = house.server(listener);

      // When
      Applied applied = server.apply(serving(docs));

      // Then
      assertThat(((Applied.Unavailable) applied).sentence())
          .contains(Integer.toString(other.getLocalPort()))
          .contains("java (process " + ProcessIdentity.self().pid() + ")");
    }
  }

  @Test
  void withoutRpcbindVersion4AloneIsServedUntilThereIsOne() throws Exception {
    // Given
    GaneshaSettings all = house.settings;
    List<String> enclosure =
        all.enclosure().stream()
            .map(word -> word.replace("exec unshare --net", "exit 1;"))
            .toList();
    GaneshaSettings without =
        new GaneshaSettings(
            all.directory(), all.port(), all.mountPort(), "", all.portmapper(), enclosure);
    Supervisor supervisor = house.supervisor();
    GaneshaServer server = new GaneshaServer(supervisor, house.host, without, listener);

    // When
    Applied applied = server.apply(serving(docs));

    // Then
    assertThat(applied).isInstanceOf(Applied.InPlace.class);
    house.must("nfs-ls", house.version4("docs"));
    house.refused("nfs-ls", house.version3("docs"));
    List<String> words = new ArrayList<>(all.enclosure());
    words.addAll(List.of("rpcbind", "-f"));
    supervisor.start(new DaemonSpec("others", words.toArray(String[]::new)), _ -> {});
    eventually(() -> {
      assertThat(server.apply(serving(docs))).isInstanceOf(Applied.InPlace.class);
      house.must("nfs-ls", house.version3("docs"));
    });
    server.close();
  }
}
