package io.homecloud.sharing.httpd;

import io.homecloud.control.Name;
import io.homecloud.host.DaemonState;
import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.Supervisor;
import io.homecloud.sharing.httpd.ConfigText.Unspeakable;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.tls.Certificates;
import io.homecloud.sharing.tls.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * WebDAV by Apache httpd: a share is at {@code /dav/<its name>/}, a home at {@code /dav/<name of the
 * share of homes>/<account>/}, and {@code /dav/} shows to each account what it may see. Previous
 * versions are in {@code .snapshots} of a share. Deleted files are deleted: the recycle bin is
 * Samba's. Everything else at its port is homecloud's own pages and API, passed on.
 */
public final class HttpdShareServer implements ShareServer {
  private static final Logger LOG = Logger.getLogger(HttpdShareServer.class);
  private static final Duration CHECK = Duration.ofSeconds(20);

  private final HttpdSettings settings;
  private final Certificates certificates;
  private final Host host;
  private final ServerListener listener;
  private final OwnDirectory own;
  private final AccessFiles access;
  private final ShareAccessLogs accessLogs;
  private final HttpdSessions sessions;
  private final Sockets sockets;
  private final UnfinishedUploads unfinished;
  private final HttpdWords words = new HttpdWords();
  private final HttpdProcess process;
  private final Clock clock;
  private @Nullable LogPipe pipe;
  private int port;
  private HttpdConfig.@Nullable Rendered good;
  private volatile Serving served = Serving.NOTHING;
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
    accessLogs = new ShareAccessLogs(settings.logs(), clock);
    sessions = new HttpdSessions(clock, listener::sessionsChanged);
    sockets = new Sockets(host);
    unfinished = new UnfinishedUploads(host, own.running());
    InetAddress asked = settings.address().orElseGet(InetAddress::getLoopbackAddress);
    process = new HttpdProcess(supervisor, own.config(), asked, this::changed);
    port = settings.port().wished();
  }

  @Override
  public Protocol protocol() {
    return Protocol.WEBDAV;
  }

  @Override
  public synchronized Applied apply(Serving serving) {
    List<ServedShare> shares =
        serving.shares().stream().filter(s -> s.protocols().contains(Protocol.WEBDAV)).toList();
    try {
      if (shares.isEmpty() && settings.front().isEmpty()) {
        stop();
        return new Applied.InPlace(port);
      }
      open();
      accessLogs.keep(shares);
      access.write(shares, serving.people());
      served = new Serving(shares, serving.people(), serving.groups());
      return switch (certificates.current()) {
        case Certificates.Found.Missing(String sentence) -> new Applied.Unavailable(sentence);
        case Certificates.Found.Usable(ServerCertificate certificate) -> {
          Applied applied = bring(certificate);
          sessions.all().forEach(this::endUnlessAllowed);
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
      GuessGuard guard = new GuessGuard(own.access().resolve("blocked"), clock);
      pipe = LogPipe.open(host, own.log(), line -> hear(guard, line));
    }
  }

  private Applied bring(ServerCertificate certificate)
      throws IOException, Unspeakable, InterruptedException {
    // One that waits for its next start is better started now, with what is wished now.
    boolean runs = process.state() instanceof DaemonState.Ready || process.awaitReady();
    if (!runs) {
      process.stop();
      OptionalInt free = settings.port().choose();
      if (free.isEmpty()) {
        return new Applied.Unavailable(taken());
      }
      port = free.getAsInt();
    }
    HttpdConfig.Rendered next =
        new HttpdConfig(
                own, settings.address(), port, settings.front(), certificate, certificate(certificate))
            .render();
    boolean asWritten = OwnDirectory.read(own.config()).equals(next.text());
    if (!asWritten) {
      OwnDirectory.propose(own.config(), next.text());
      String refused = check();
      if (!refused.isEmpty()) {
        Files.deleteIfExists(OwnDirectory.next(own.config()));
        return new Applied.Refused(refused);
      }
      OwnDirectory.accept(own.config());
    }
    if (runs && asWritten && next.equals(good)) {
      return new Applied.InPlace(port);
    }
    words.forget();
    if (runs ? process.reload(next) : start(next)) {
      good = next;
      own.keepCertificate(next.pem());
      return new Applied.InPlace(port);
    }
    return back();
  }

  private boolean start(HttpdConfig.Rendered next)
      throws IOException, InterruptedException {
    boolean killed = Files.exists(own.running());
    unfinished.mark();
    if (killed) {
      unfinished.remove(served.shares());
    }
    return process.start(next);
  }

  /** To the last one that served, after one that passed the check and does not serve. */
  private Applied back() throws IOException, InterruptedException {
    String said = words.last(process.lastLines());
    process.stop();
    HttpdConfig.Rendered last = good;
    if (last == null || last.port() != port) {
      return new Applied.Unavailable("httpd does not start: " + said);
    }
    OwnDirectory.write(own.config(), last.text());
    process.start(last);
    return new Applied.Refused(said);
  }

  /** The checker's words; empty when it has nothing against it. */
  private String check() {
    HostCommand command =
        new HostCommand(
            CHECK, "apache2", "-t", "-f", OwnDirectory.next(own.config()).toString());
    return switch (host.run(command)) {
      case HostResult.Exited(int code, _, _) when code == 0 -> "";
      case HostResult.Exited(_, _, String err) ->
          String.join("; ", HttpdWords.shortened(err.lines().toList()));
      case HostResult.TimedOut _ -> "apache2 -t does not answer";
      case HostResult.NotInstalled _ -> "apache2 is not installed (Debian package apache2-bin)";
    };
  }

  private Path certificate(ServerCertificate certificate) throws IOException {
    String pem = Files.readString(certificate.chain());
    if (!certificate.key().equals(certificate.chain())) {
      pem += "\n" + Files.readString(certificate.key());
    }
    Path file = own.certificate(HttpdConfig.hash(pem));
    OwnDirectory.write(file, pem);
    if (certificate.authority().isPresent()) {
      OwnDirectory.publish(own.authority(), certificate.authority().get());
    }
    return file;
  }

  private String taken() {
    StringBuilder text = new StringBuilder();
    IntStream.of(settings.port().wished(), settings.port().instead()).distinct().forEach(p ->
        text.append(text.isEmpty() ? "Port " : ", port ")
            .append(p)
            .append(" is used by ")
            .append(sockets.listener(p).orElse("another program")));
    return text.append(". End it, or set another port for HTTPS.").toString();
  }

  private void hear(GuessGuard guard, String text) {
    HttpdLogParser.parse(text)
        .ifPresentOrElse(
            line -> {
              sessions.hear(line);
              accessLogs.hear(line);
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

  /** In the daemon's thread, which {@link #apply} may wait for. */
  private void changed(DaemonState state) {
    switch (state) {
      case DaemonState.Starting _ -> {
        return;
      }
      case DaemonState.Ready _ -> {
        if (health instanceof Health.Down) {
          unfinished.remove(served.shares());
        }
        health = new Health.Up();
      }
      case DaemonState.Waiting(String reason, _, int failures) -> {
        if (failures == 0) {
          return;
        }
        sessions.clear();
        try {
          unfinished.mark();
        } catch (IOException e) {
          LOG.warn("Unfinished uploads will be looked for later", e);
        }
        health = new Health.Down(reason + ": " + words.last(process.lastLines()));
      }
      case DaemonState.Stopped _ -> {
        sessions.clear();
        health = new Health.Off();
      }
    }
    listener.changed(health);
  }

  /** Transfers of those who may not any more end, and of shares that are no more. */
  private void endUnlessAllowed(ClientSession session) {
    Level needed = sessions.writes(session.id()) ? Level.WRITE : Level.READ;
    if (level(session.share(), session.account()).compareTo(needed) < 0) {
      disconnect(session.id());
    }
  }

  /** It may have been let in a moment before that was taken away. */
  private void endUnlessAllowed(HttpdLogParser.Request request) {
    Name share = request.share();
    Level needed = request.writes() ? Level.WRITE : Level.READ;
    if (share != null && level(share, request.account()).compareTo(needed) < 0) {
      String id = HttpdSessions.id(share, request);
      Thread.ofVirtual().name("httpd-disconnect").start(() -> disconnect(id));
    }
  }

  private Level level(@Nullable Name name, @Nullable Name account) {
    Serving now = served;
    ServedShare share =
        now.shares().stream().filter(s -> s.name().equals(name)).findAny().orElse(null);
    if (share == null) {
      return Level.NONE;
    }
    if (account == null) {
      return share.readOnly() && share.guests() == Level.WRITE ? Level.READ : share.guests();
    }
    return now.people().stream()
        .filter(p -> p.name().equals(account) && p.enabled())
        .map(share::level)
        .findAny()
        .orElse(Level.NONE);
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public List<ClientSession> sessions() {
    return sessions.all();
  }

  @Override
  public boolean disconnect(String id) {
    return sessions
        .remove(id)
        .map(connections -> {
          sockets.end(port, connections);
          return true;
        })
        .orElse(false);
  }

  private void stop() throws IOException {
    process.stop();
    good = null;
    served = Serving.NOTHING;
    Files.deleteIfExists(own.running());
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
