package io.homecloud.sharing.samba;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.homecloud.control.Name;
import io.homecloud.host.Host;
import io.homecloud.host.Supervisor;
import io.homecloud.host.WholeFile;
import io.homecloud.sharing.samba.SambaStatusParser.Served;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.AddressGuard;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Origin;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.Sockets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Serves shares by Samba. */
public final class SambaServer implements ShareServer {
  private static final Logger LOG = Logger.getLogger(SambaServer.class);
  private static final long AGAIN_SECONDS = 5;

  /** Of the pause between looks at who has no share yet, which doubles: a minute. */
  private static final int LONGEST_LOG = 6;

  private final SambaSettings settings;
  private final SambaFiles files;
  private final SambaPrograms programs;
  private final Smbd smbd;
  private final ServerListener listener;
  private final AddressGuard guard;
  private final Sockets sockets;

  /** Whose connections were ended since they are kept out. */
  private final Set<Origin> out = new HashSet<>();

  /** Held while Samba's tools run outside of a change: they have files beside smbd's. */
  private final ReentrantLock tools = new ReentrantLock();

  private final Reopening reopening;

  /** What clients that are connected may have been let in by. */
  private volatile List<Serving> before = List.of();

  /** What smbstatus said last. */
  private volatile List<ClientSession> connected = List.of();

  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicBoolean planned = new AtomicBoolean();

  private volatile Optional<String> elsewhere = Optional.empty();

  /** Starts nothing yet. */
  public SambaServer(
      Host host, Supervisor supervisor, SambaSettings settings, ServerListener listener) {
    this.settings = settings;
    files = SambaFiles.of(settings.directory(), settings.runtime());
    programs = new SambaPrograms(host, files);
    reopening = new Reopening(this::served, programs, tools);
    this.listener = listener;
    guard = new AddressGuard(Protocol.SMB, () -> listener.changed(health()));
    sockets = new Sockets(host);
    smbd = new Smbd(host, supervisor, files, listener, this::accessed, this::signIn);
  }

  private void signIn(String line) {
    SignInParser.wrongPassword(line).ifPresent(guard::failed);
  }

  /** It tells whole paths; what is above the share is nobody's business. */
  private void accessed(Access access) {
    String path = access.path();
    for (ServedShare share : before.getLast().shares()) {
      if (share.name().equals(access.share())) {
        for (Path root : share.directories()) {
          path = path.equals(root.toString()) ? "" : path.replace(root + "/", "");
        }
      }
    }
    listener.accessed(
        new Access(
            access.at(),
            access.protocol(),
            access.share(),
            access.account(),
            access.address(),
            access.action(),
            path,
            access.result()));
  }

  @Override
  public Protocol protocol() {
    return Protocol.SMB;
  }

  @Override
  public synchronized Applied apply(Serving wished) {
    Optional<String> unfit = unfit(wished);
    if (unfit.isPresent()) {
      return new Applied.Refused(unfit.get());
    }
    List<ServedShare> shares = SmbConf.shares(wished);
    if (shares.isEmpty()) {
      stop();
      return new Applied.InPlace(settings.port().wished());
    }
    try {
      return bring(wished, shares);
    } catch (IOException e) {
      return new Applied.Unavailable("Samba's files cannot be written: " + e.getMessage());
    }
  }

  private static Optional<String> unfit(Serving wished) {
    for (ServedShare share : wished.shares()) {
      if (!SmbText.fits(share.name())) {
        return Optional.of(
            "A share named \""
                + share.name()
                + "\" means something else to Samba; choose another name.");
      }
      List<Path> paths =
          Stream.concat(
                  Stream.concat(Stream.of(share.root()), share.homes().values().stream()),
                  Stream.ofNullable(share.snapshots()))
              .toList();
      for (Path path : paths) {
        if (!SmbText.fits(path)) {
          return Optional.of(
              "Samba's configuration cannot hold the path of share " + share.name() + ": " + path);
        }
      }
    }
    return Optional.empty();
  }

  private Applied bring(Serving wished, List<ServedShare> shares) throws IOException {
    files.create();
    OptionalInt kept = smbd.portToKeep();
    OptionalInt port = kept.isPresent() ? kept : settings.port().choose();
    if (port.isEmpty()) {
      stop();
      return new Applied.Unavailable(settings.port().taken(Protocol.SMB));
    }
    WholeFile configuration = SambaFiles.open(files.configuration());
    Set<Origin> blocked = guard.blocked();
    String rendered = SmbConf.render(files, port.getAsInt(), wished, blocked);
    boolean changed = !configuration.has(rendered);
    if (changed) {
      configuration.propose(rendered);
      Optional<String> complaint = programs.check(configuration.next());
      if (complaint.isPresent()) {
        configuration.refuse();
        return new Applied.Refused(complaint.get());
      }
    }
    SambaFiles.open(files.users()).write(SambaPeople.users(wished));
    SambaFiles.open(files.groups()).write(SambaPeople.groups(wished));
    new HomeLinks(files.homes()).put(shares);
    SambaFiles.secret(files.passwords()).write(SambaPeople.passwords(wished));
    if (changed) {
      configuration.accept();
    }
    if (!smbd.runs(port.getAsInt())) {
      return start(wished, port.getAsInt());
    }
    Applied applied = tell(wished, changed, port.getAsInt());
    if (applied instanceof Applied.InPlace) {
      end(blocked, port.getAsInt());
    }
    return applied;
  }

  /** It asks who may come when somebody comes, and guesses go on over the same connection. */
  private void end(Set<Origin> blocked, int port) {
    out.retainAll(blocked);
    for (Origin origin : blocked) {
      if (out.contains(origin)) {
        continue;
      }
      try {
        sockets.end(port, origin.text());
        out.add(origin);
      } catch (IllegalStateException e) {
        LOG.errorf(e, "Connections from %s by SMB go on, and must not", origin);
        CompletableFuture.delayedExecutor(AGAIN_SECONDS, TimeUnit.SECONDS)
            .execute(() -> listener.changed(health()));
      }
    }
  }

  private Applied start(Serving wished, int port) throws IOException {
    stop();
    files.create();
    before = List.of(wished);
    elsewhere = settings.port().elsewhere(Protocol.SMB, port);
    Optional<String> failed = smbd.start(port);
    return failed.<Applied>map(Applied.Unavailable::new).orElseGet(() -> new Applied.InPlace(port));
  }

  /** Has it read its configuration again, and ends what is not allowed any more. */
  private Applied tell(Serving wished, boolean changed, int port) {
    Taken taken = Taken.between(before, wished);
    if (changed || !taken.nothing() || before.size() != 1) {
      List<Serving> maybe = new ArrayList<>(before);
      maybe.add(wished);
      before = List.copyOf(maybe);
      Optional<String> failed = tell(taken);
      if (failed.isPresent()) {
        return new Applied.Unavailable("Samba does not take the change: " + failed.get());
      }
    }
    before = List.of(wished);
    return new Applied.InPlace(port);
  }

  private Optional<String> tell(Taken taken) {
    Optional<String> failed = programs.tell(SambaPrograms.ALL, "reload-config");
    for (Name share : taken.closed()) {
      failed = failed.or(() -> programs.tell(SambaPrograms.ALL, "close-share", share.value()));
    }
    if (failed.isEmpty() && !(taken.denied().isEmpty() && taken.people().isEmpty())) {
      failed = end(taken);
    }
    // It answers when it has done what came before.
    failed = failed.or(() -> programs.tell(SambaPrograms.ALL, "ping"));
    if (failed.isEmpty() && !taken.anew().isEmpty()) {
      Optional<String> status = programs.status();
      status.ifPresent(now -> reopening.of(taken.anew(), parsed(now)));
      failed = status.isPresent() ? failed : Optional.of("smbstatus does not answer");
    }
    return failed;
  }

  /**
   * Process by process: what Samba has to close for those who may not any more looks at the user
   * that all act as, and would close for everybody.
   */
  private Optional<String> end(Taken taken) {
    Optional<String> status = programs.status();
    if (status.isEmpty()) {
      return Optional.of("smbstatus does not answer");
    }
    for (Served served : parsed(status.get())) {
      Optional<String> failed = end(taken, served);
      // One that went by itself cannot be told.
      if (failed.isPresent() && programs.lives(served.process())) {
        return failed;
      }
    }
    return Optional.empty();
  }

  private Optional<String> end(Taken taken, Served served) {
    Name account = served.session().account();
    Name share = served.session().share();
    if (account != null && taken.people().contains(account)) {
      return programs.tell(served.process(), "shutdown");
    }
    if (share != null && taken.denied().contains(new Taken.Less(share, account))) {
      return programs.tell(served.process(), "close-share", share.value());
    }
    return Optional.empty();
  }

  private void stop() {
    tools.lock();
    try {
      smbd.stop();
      reopening.forget();
    } finally {
      tools.unlock();
    }
  }

  @Override
  public Health health() {
    return smbd.health();
  }

  @Override
  public List<Path> configuration() {
    return List.of(files.configuration(), files.users(), files.groups(), files.passwords());
  }

  @Override
  public Optional<String> elsewhere() {
    return elsewhere;
  }

  @Override
  public List<ClientSession> sessions() {
    Optional<List<Served>> now = served();
    // Nobody has left because smbstatus was too slow.
    if (now.isPresent() || !(health() instanceof Health.Up)) {
      connected = now.orElse(List.of()).stream().map(Served::session).toList();
    }
    if (health() instanceof Health.Up) {
      lookAgain(now.isEmpty() || connected.stream().anyMatch(session -> session.share() == null));
    }
    return connected;
  }

  /** Nobody tells that a client opens its share, and it may do so long after it signed in. */
  private void lookAgain(boolean expected) {
    if (!expected) {
      looks.set(0);
    } else if (planned.compareAndSet(false, true)) {
      long seconds = 1L << Math.min(looks.getAndIncrement(), LONGEST_LOG);
      CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS)
          .execute(() -> {
            planned.set(false);
            listener.sessionsChanged();
          });
    }
  }

  /** Empty when it does not answer. */
  private Optional<List<Served>> served() {
    tools.lock();
    try {
      return health() instanceof Health.Up
          ? programs.status().map(SambaServer::parsed)
          : Optional.empty();
    } finally {
      tools.unlock();
    }
  }

  private static List<Served> parsed(String status) {
    try {
      return SambaStatusParser.sessions(status);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("smbstatus answers something else than JSON", e);
    }
  }

  @Override
  public boolean disconnect(String id) {
    tools.lock();
    try {
      return served().orElse(List.of()).stream()
          .filter(served -> served.session().id().equals(id))
          .findFirst()
          .map(served -> programs.tell(served.process(), "shutdown").isEmpty())
          .orElse(false);
    } finally {
      tools.unlock();
    }
  }

  @Override
  public synchronized void close() {
    stop();
  }
}
