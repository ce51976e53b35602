package io.homecloud.sharing.ganesha;

import io.homecloud.control.Name;
import io.homecloud.host.Daemon;
import io.homecloud.host.DaemonState;
import io.homecloud.host.Host;
import io.homecloud.host.ProcessIdentity;
import io.homecloud.host.Supervisor;
import io.homecloud.host.WholeFile;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * NFS 3 and 4 by NFS-Ganesha. A share is at {@code /<its name>}. Homes are not served: a client of
 * NFS cannot say whose it wants. Where no rpcbind is and none may be started, NFS 4 alone is
 * served.
 */
public final class GaneshaServer implements ShareServer {
  private static final Logger LOG = Logger.getLogger(GaneshaServer.class);
  private static final int LAST_WORDS = 3;
  private static final Duration LETTING_GO = Duration.ofSeconds(5);
  private static final long AGAIN_SECONDS = 2;

  private final GaneshaSettings settings;
  private final ServerListener listener;
  private final GaneshaDaemons daemons;
  private final Connections connections;
  private final WholeFile file;
  private final Volumes volumes;
  private final ExportPlan plan;
  private final Object turn = new Object();
  private List<Export> live = List.of();
  private String accepted = "";
  private final AccessTrail trail;
  private volatile boolean foreignStart;
  private volatile Optional<String> elsewhere = Optional.empty();
  private volatile Health health = new Health.Off();
  private int port;
  private int mountPort;
  private boolean version3;
  private boolean again;
  private boolean closed;

  /**
   * @param supervisor has ended what an earlier process of ours left
   */
  public GaneshaServer(
      Supervisor supervisor, Host host, GaneshaSettings settings, ServerListener listener)
      throws IOException {
    connections = new Connections(host);
    this.settings = settings;
    this.listener = listener;
    Files.createDirectories(settings.directory());
    Files.setPosixFilePermissions(
        settings.directory(), PosixFilePermissions.fromString("rwx------"));
    daemons = new GaneshaDaemons(supervisor, settings);
    file = WholeFile.secret(settings.directory().resolve("ganesha.conf"));
    volumes = new Volumes(settings.directory().resolve("volumes"));
    trail = new AccessTrail(listener::accessed);
    plan =
        new ExportPlan(
            new ExportIds(WholeFile.secret(settings.directory().resolve("export-ids"))), volumes);
    port = settings.port().wished();
  }

  @Override
  public Protocol protocol() {
    return Protocol.NFS;
  }

  @Override
  public Applied apply(Serving serving) {
    synchronized (turn) {
      try {
        List<Export> wished = plan.of(serving);
        trail.follow(logged(serving, wished));
        if (wished.isEmpty()) {
          stop();
          return new Applied.InPlace(port);
        }
        Daemon daemon = daemons.ganesha();
        if (daemon != null && usable(daemon) && !volumes.replaced() && !version3Waits()) {
          return change(wished, true);
        }
        daemons.stopGanesha();
        return start(wished);
      } catch (IllegalArgumentException | Volumes.NotMounted e) {
        return new Applied.Refused(String.valueOf(e.getMessage()));
      } catch (IOException e) {
        LOG.warn("NFS-Ganesha cannot be told what to serve", e);
        return new Applied.Unavailable("NFS-Ganesha does not answer: " + e.getMessage() + ".");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Applied.Unavailable("Interrupted while NFS-Ganesha was starting.");
      } finally {
        letGo(LETTING_GO);
      }
    }
  }

  /** What is served no more is unmounted, if not now, then as soon as it can be. */
  private void letGo(Duration patience) {
    if (volumes.keepOnly(live, patience) || again) {
      return;
    }
    again = true;
    CompletableFuture.delayedExecutor(AGAIN_SECONDS, TimeUnit.SECONDS, Thread::startVirtualThread)
        .execute(() -> {
          synchronized (turn) {
            again = false;
            if (!closed) {
              letGo(Duration.ZERO);
            }
          }
        });
  }

  /** Exports of which it is written down who did what. */
  private static Map<Integer, Name> logged(Serving serving, List<Export> exports) {
    Set<Name> wished =
        serving.shares().stream()
            .filter(ServedShare::accessLog)
            .map(ServedShare::name)
            .collect(Collectors.toSet());
    Map<Integer, Name> logged = new HashMap<>();
    for (Export export : exports) {
      export
          .share()
          .map(Export.Share::name)
          .filter(wished::contains)
          .ifPresent(name -> logged.put(export.id(), name));
    }
    return logged;
  }

  /** One that waits for its next start is better started now, with what is wished now. */
  private boolean usable(Daemon daemon) throws InterruptedException {
    boolean waits =
        daemon.state() instanceof DaemonState.Waiting
            || daemon.state() instanceof DaemonState.Stopped;
    return !waits && Starts.serves(daemon) && !foreignStart;
  }

  /** Whether NFS 3 could be served that could not when Ganesha was started. */
  private boolean version3Waits() {
    return !version3 && daemons.portmapperAnswers();
  }

  private Applied start(List<Export> wished) throws IOException, InterruptedException {
    live = List.of();
    OptionalInt free = settings.port().choose();
    if (free.isEmpty()) {
      return new Applied.Unavailable(settings.port().taken(Protocol.NFS));
    }
    port = free.getAsInt();
    elsewhere = settings.port().elsewhere(Protocol.NFS, port);
    mountPort = settings.mountPort().choose().orElse(0);
    version3 = daemons.portmapper();
    if (!version3) {
      LOG.warn("NFS 4 only: no rpcbind runs, and port 111, which NFS 3 needs, is not to be had");
    }
    String text = config(wished).text();
    file.write(text);
    accepted = text;
    foreignStart = false;
    Daemon daemon = daemons.start(file.path(), this::changed);
    daemon.onLine(line -> {
      trail.hear(line, Instant.now());
      if (GaneshaLog.ofClients(line)) {
        listener.sessionsChanged();
      }
    });
    live = wished;
    if (!Starts.serves(daemon)) {
      String words = words(daemon);
      stop();
      return new Applied.Unavailable("NFS-Ganesha does not start: " + words);
    }
    return change(wished, false);
  }

  private Applied change(List<Export> wished, boolean certain) throws IOException {
    String text = config(wished).text();
    try (GaneshaBus bus = GaneshaBus.open(settings.directory())) {
      if (certain && live.equals(wished) && file.has(text) && tells(bus, wished)) {
        return new Applied.InPlace(port);
      }
      file.propose(text);
      LiveExports exports = new LiveExports(bus, live, certain, file.path(), file.next());
      String refused = exports.bring(wished);
      if (!refused.isEmpty()) {
        file.refuse();
        file.write(accepted);
        return new Applied.Refused(refused);
      }
      file.accept();
      accepted = text;
      exports.prune(wished);
      live = wished;
      for (Map.Entry<String, String> level : config(wished).levels().entrySet()) {
        if (bus.tell(level.getKey(), level.getValue())
            instanceof GaneshaBus.Answer.Refused(String words)) {
          return new Applied.Refused(words);
        }
      }
      return new Applied.InPlace(port);
    }
  }

  private static boolean tells(GaneshaBus bus, List<Export> exports) throws IOException {
    return Set.copyOf(bus.exports())
        .equals(exports.stream().map(Export::id).collect(Collectors.toSet()));
  }

  private GaneshaConfig config(List<Export> exports) {
    return new GaneshaConfig(
        settings.directory(),
        port,
        mountPort,
        settings.address(),
        version3,
        trail.follows(),
        exports);
  }

  /** In Ganesha's own thread. */
  private void changed(DaemonState state) {
    if (state instanceof DaemonState.Starting(ProcessIdentity process)) {
      trail.of(process.pid());
      foreignStart = !inPlace();
    }
    health =
        switch (state) {
          case DaemonState.Ready _ -> new Health.Up();
          case DaemonState.Starting _ -> health;
          case DaemonState.Stopped _ -> new Health.Off();
          case DaemonState.Waiting(String reason, _, _) -> {
            Daemon daemon = daemons.ganesha();
            yield new Health.Down(daemon == null ? reason : reason + ": " + words(daemon));
          }
        };
    listener.changed(health);
  }

  /** Whether what Ganesha reads as it starts is what it was given last. */
  private boolean inPlace() {
    try {
      return file.has(accepted);
    } catch (IOException e) {
      return false;
    }
  }

  private static String words(Daemon daemon) {
    List<String> lines = GaneshaLog.complaints(daemon.lastLines());
    return String.join("; ", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public List<Path> configuration() {
    return List.of(file.path());
  }

  @Override
  public Optional<String> elsewhere() {
    return elsewhere;
  }

  /**
   * One for each address that is connected, by the versions that it has spoken since Ganesha
   * started. Ganesha does not tell which client has which share, nor which files open.
   */
  @Override
  public List<ClientSession> sessions() {
    if (!(health instanceof Health.Up)) {
      return List.of();
    }
    Map<String, String> versions = versions();
    return connections.to(port).stream()
        .map(address ->
            new ClientSession(
                Protocol.NFS,
                address,
                null,
                address,
                null,
                null,
                List.of(),
                versions.getOrDefault(address, "")))
        .toList();
  }

  private Map<String, String> versions() {
    try (GaneshaBus bus = GaneshaBus.open(settings.directory())) {
      return bus.clients().stream()
          .collect(
              Collectors.toMap(
                  GaneshaBus.Client::address, c -> String.join(", ", c.versions()), (a, _) -> a));
    } catch (IOException e) {
      LOG.debug("Ganesha does not tell its clients", e);
      return Map.of();
    }
  }

  /**
   * Breaks the client's connections. What a client of NFS 4 has open it has for 20 seconds more, in
   * which it may come again and go on; NFS 3 has no sessions at all. Who is to stay away must be
   * taken out of the clients of the shares.
   */
  @Override
  public boolean disconnect(String id) {
    if (!connections.to(port).contains(id)) {
      return false;
    }
    connections.end(port, id);
    return true;
  }

  private void stop() {
    daemons.stopGanesha();
    live = List.of();
  }

  @Override
  public void close() {
    synchronized (turn) {
      daemons.close();
      closed = true;
      live = List.of();
      volumes.keepOnly(live, LETTING_GO);
    }
  }
}
