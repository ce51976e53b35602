package io.homecloud.sharing.httpd;

import io.homecloud.control.Name;
import io.homecloud.host.DaemonState;
import io.homecloud.host.Host;
import io.homecloud.host.LinePipe;
import io.homecloud.host.Supervisor;
import io.homecloud.sharing.httpd.ConfigText.Unspeakable;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Later;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.Sockets;
import io.homecloud.sharing.tls.Certificates;
import io.homecloud.sharing.tls.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * WebDAV by Apache httpd: a share is at {@code /dav/<its name>/}, a home at {@code /dav/<name of
 * the share of homes>/<account>/}, and {@code /dav/} shows to each account what it may see.
 * Previous versions are in {@code .snapshots} of a share. Deleted files are deleted: the recycle
 * bin is Samba's. Everything else at its port is homecloud's own pages and API, passed on.
 */
public final class HttpdShareServer implements ShareServer {
  private static final Logger LOG = Logger.getLogger(HttpdShareServer.class);

  /** Of what httpd did we hear through a pipe. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final HttpdSettings settings;
  private final Certificates certificates;
  private final Host host;
  private final ServerListener listener;
  private final OwnDirectory own;
  private final AccessFiles access;
  private final HttpdSessions sessions;
  private final Sockets sockets;
  private final UnfinishedUploads unfinished;
  private final HttpdWords words = new HttpdWords();
  private final RunningConfig running;
  private final Clock clock;
  private final Later again = new Later(this::endThoseNotAllowed);
  private @Nullable LinePipe pipe;
  private @Nullable SyncGate gate;
  private volatile Allowed allowed = new Allowed(Serving.NOTHING);
  private volatile Health health = new Health.Off();

  /**
   * @param supervisor has ended what an earlier process of ours left
   */
  public HttpdShareServer(
      HttpdSettings settings,
      Certificates certificates,
      Host host,
      Supervisor supervisor,
      Clock clock,
      ServerListener listener) {
    this.settings = settings;
    this.certificates = certificates;
    this.host = host;
    this.clock = clock;
    this.listener = listener;
    own = new OwnDirectory(settings.directory());
    access = new AccessFiles(own);
    sessions = new HttpdSessions(clock, listener::sessionsChanged);
    sockets = new Sockets(host);
    unfinished = new UnfinishedUploads(host, own.running(), own.killed());
    InetAddress asked = settings.address().orElseGet(InetAddress::getLoopbackAddress);
    HttpdProcess process = new HttpdProcess(supervisor, own.config(), asked, this::changed);
    running = new RunningConfig(settings, host, own, process, unfinished, words);
  }

  @Override
  public Protocol protocol() {
    return Protocol.WEBDAV;
  }

  /** For the pages and the API. */
  @Override
  public boolean always() {
    return settings.front().isPresent();
  }

  @Override
  public synchronized Applied apply(Serving serving) {
    List<ServedShare> shares =
        serving.shares().stream().filter(s -> s.protocols().contains(Protocol.WEBDAV)).toList();
    try {
      if (shares.isEmpty() && settings.front().isEmpty()) {
        stop();
        return new Applied.InPlace(running.port());
      }
      open();
      if (gate != null) {
        gate.bring(shares);
      }
      access.write(shares, serving.people());
      allowed = new Allowed(new Serving(shares, serving.people(), serving.groups()));
      return switch (certificates.current()) {
        case Certificates.Found.Missing(String sentence) -> new Applied.Unavailable(sentence);
        case Certificates.Found.Usable(ServerCertificate certificate) -> {
          Applied applied = running.bring(certificate);
          unfinished.remove(shares);
          endThoseNotAllowed();
          if (gate != null) {
            gate.keep(shares);
          }
          yield applied;
        }
      };
    } catch (Unspeakable e) {
      return new Applied.Refused(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      LOG.warn("httpd cannot be told what to serve", e);
      return new Applied.Unavailable("httpd cannot be told what to serve: " + e.getMessage() + ".");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Applied.Unavailable("Interrupted while httpd was starting.");
    }
  }

  private void open() throws IOException {
    own.prepare();
    if (pipe == null) {
      GuessGuard guard = new GuessGuard(own.access().resolve("blocked"));
      pipe = LinePipe.open(host, own.log(), line -> hear(guard, line));
      OwnDirectory.own(own.log());
    }
    if (gate == null && settings.durable()) {
      gate = SyncGate.open(own.kept(), this::lost);
    }
  }

  /** Who wrote there has no answer; a client then knows that it has to write again. */
  private boolean lost(ServedShare share, int waiting) {
    return sessions.writing(share.name(), waiting, PATIENCE).stream()
        .filter(request -> !end(request.address(), request.port()))
        .toList()
        .isEmpty();
  }

  /** False when it goes on; that spares no other. */
  private boolean end(String address, int port) {
    try {
      sockets.end(running.port(), address, port);
      return true;
    } catch (IllegalStateException e) {
      LOG.errorf(e, "A connection of %s by WebDAV goes on, and must not", address);
      return false;
    }
  }

  private void hear(GuessGuard guard, String text) {
    HttpdLogParser.parse(text)
        .ifPresentOrElse(
            line -> {
              sessions.hear(line);
              tell(line);
              guard.hear(line);
              if (line instanceof HttpdLogParser.Line.Begin(HttpdLogParser.Request request)) {
                endUnlessAllowed(request);
              }
            },
            () -> {
              LOG.debugf("httpd: %s", text);
              words.hear(text);
            });
  }

  /** What is over, of shares that have an access log. */
  private void tell(HttpdLogParser.Line line) {
    if (line instanceof HttpdLogParser.Line.End(var request, int status, _)
        && request.share() != null
        && allowed.logged(request.share())) {
      listener.accessed(
          new Access(
              clock.instant().truncatedTo(ChronoUnit.MILLIS),
              Protocol.WEBDAV,
              request.share(),
              request.account(),
              request.address(),
              request.method(),
              request.path(),
              Integer.toString(status)));
    }
  }

  /** In the daemon's thread, which {@link #apply} may wait for. */
  private void changed(DaemonState state) {
    switch (state) {
      case DaemonState.Starting _ -> {
        return;
      }
      case DaemonState.Ready _ -> {
        if (health instanceof Health.Down) {
          unfinished.remove(allowed.serving().shares());
        }
        health = new Health.Up();
      }
      case DaemonState.Waiting(String reason, _, int failures) -> {
        if (failures == 0) {
          return;
        }
        sessions.clear();
        try {
          unfinished.killed();
        } catch (IOException e) {
          LOG.warn("Unfinished uploads will be looked for later", e);
        }
        try {
          own.forgetLocks();
        } catch (IOException e) {
          LOG.warn("Locks of WebDAV clients stay until they expire", e);
        }
        health = new Health.Down(reason + ": " + words.last(running.lastLines()));
      }
      case DaemonState.Stopped _ -> {
        sessions.clear();
        health = new Health.Off();
      }
    }
    listener.changed(health);
  }

  /** Transfers of those who may not any more end, and of shares that are no more. */
  private void endThoseNotAllowed() {
    for (ClientSession session : sessions.all()) {
      Level needed = sessions.writes(session.id()) ? Level.WRITE : Level.READ;
      if (allowed.level(session.share(), session.account()).compareTo(needed) < 0) {
        cutOrLater(session.id());
      }
    }
  }

  /** What could not be ended is looked at again, until it is or has come to its end. */
  private void cutOrLater(String id) {
    if (cut(id).filter(all -> !all).isPresent()) {
      again.in(AGAIN);
    }
  }

  /** It may have been let in a moment before that was taken away. */
  private void endUnlessAllowed(HttpdLogParser.Request request) {
    Name share = request.share();
    Level needed = request.writes() ? Level.WRITE : Level.READ;
    if (share != null && allowed.level(share, request.account()).compareTo(needed) < 0) {
      String id = HttpdSessions.id(share, request);
      Thread.ofVirtual().name("httpd-disconnect").start(() -> cutOrLater(id));
    }
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public List<Path> configuration() {
    return Stream.concat(Stream.of(own.config()), access.files().stream()).toList();
  }

  @Override
  public Optional<String> elsewhere() {
    return running.elsewhere();
  }

  @Override
  public List<ClientSession> sessions() {
    return sessions.all();
  }

  @Override
  public boolean disconnect(String id) {
    Optional<Boolean> ended = cut(id);
    if (ended.filter(all -> !all).isPresent()) {
      throw new IllegalStateException("a connection of " + id + " cannot be ended");
    }
    return ended.isPresent();
  }

  /** Whether all its connections are ended; empty when there is no such session. */
  private Optional<Boolean> cut(String id) {
    return sessions
        .connections(id)
        .map(session -> {
          List<Integer> ended =
              session.ports().stream().filter(port -> end(session.address(), port)).toList();
          sessions.ended(id, ended);
          return ended.size() == session.ports().size();
        });
  }

  private void stop() throws IOException {
    running.stop();
    allowed = new Allowed(Serving.NOTHING);
    if (gate != null) {
      gate.close();
      gate = null;
    }
    if (pipe != null) {
      pipe.close();
      pipe = null;
    }
  }

  @Override
  public synchronized void close() {
    try {
      stop();
    } catch (IOException e) {
      LOG.warn("httpd did not end in order", e);
    }
  }
}
