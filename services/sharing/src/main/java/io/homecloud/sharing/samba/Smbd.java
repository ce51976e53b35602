package io.homecloud.sharing.samba;

import io.homecloud.host.ApartDaemon;
import io.homecloud.host.Daemon;
import io.homecloud.host.DaemonSpec;
import io.homecloud.host.DaemonState;
import io.homecloud.host.Host;
import io.homecloud.host.LinePipe;
import io.homecloud.host.Supervisor;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.ListenPort;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer.Health;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The daemon itself, with what belongs to its life. Used by one thread at a time. */
final class Smbd {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration START = Duration.ofSeconds(90);

  private final Host host;
  private final Supervisor supervisor;
  private final SambaFiles files;
  private final ServerListener listener;
  private final Consumer<Access> accessed;
  private final Consumer<String> signIn;

  /**
   * samba-dcerpcd, which smbd starts when a client asks which shares there are; it leaves smbd's
   * session and outlives it.
   */
  private final ApartDaemon helper;

  private volatile @Nullable Daemon daemon;
  private @Nullable SessionWatch watch;
  private @Nullable LinePipe accesses;
  private int port;

  Smbd(
      Host host,
      Supervisor supervisor,
      SambaFiles files,
      ServerListener listener,
      Consumer<Access> accessed,
      Consumer<String> signIn) {
    this.host = host;
    this.supervisor = supervisor;
    this.files = files;
    this.listener = listener;
    this.accessed = accessed;
    this.signIn = signIn;
    helper =
        new ApartDaemon(
            files.pids().resolve("samba-dcerpcd.pid"), "--configfile=" + files.configuration());
  }

  /** Where it listens, or will again; empty when it cannot any more. */
  OptionalInt portToKeep() {
    Daemon running = daemon;
    if (running == null) {
      return OptionalInt.empty();
    }
    return switch (running.state()) {
      // It may listen before we have seen that it does.
      case DaemonState.Starting _, DaemonState.Ready _ -> OptionalInt.of(port);
      case DaemonState.Waiting _, DaemonState.Stopped _ -> new ListenPort(port, port).choose();
    };
  }

  boolean runs(int at) {
    Daemon running = daemon;
    return running != null && port == at && running.state() instanceof DaemonState.Ready;
  }

  /** Empty when it serves; else why not, and it is tried again. */
  Optional<String> start(int at) throws IOException {
    endHelper();
    port = at;
    watch = new SessionWatch(files, listener::sessionsChanged, signIn);
    accesses = LinePipe.open(host, files.accesses(), this::tell);
    CompletableFuture<DaemonState> first = new CompletableFuture<>();
    Daemon started =
        supervisor.start(
            new DaemonSpec(
                    "smbd",
                    "smbd",
                    "--configfile=" + files.configuration(),
                    "--foreground",
                    "--no-process-group")
                .with(files.environment())
                .readyWhen(() -> answers(at), START),
            state -> {
              heard(state);
              if (!(state instanceof DaemonState.Starting)) {
                first.complete(state);
              }
            });
    daemon = started;
    try {
      DaemonState state = first.get();
      return state instanceof DaemonState.Ready
          ? Optional.empty()
          : Optional.of("Samba does not start: " + words(state));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("Samba was being started when homecloud was stopped.");
    }
  }

  private void tell(String line) {
    AuditParser.parse(files.auditWord(), line, Instant.now().truncatedTo(ChronoUnit.MILLIS))
        .ifPresent(accessed);
  }

  private static boolean answers(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    }
  }

  private void heard(DaemonState state) {
    if (state instanceof DaemonState.Waiting || state instanceof DaemonState.Stopped) {
      endHelper();
    }
    listener.changed(health(state));
    if (!(state instanceof DaemonState.Starting)) {
      listener.sessionsChanged();
    }
  }

  Health health() {
    Daemon running = daemon;
    return running == null ? new Health.Off() : health(running.state());
  }

  private Health health(DaemonState state) {
    return switch (state) {
      case DaemonState.Ready _ -> new Health.Up();
      case DaemonState.Stopped _ -> new Health.Off();
      case DaemonState.Starting _, DaemonState.Waiting _ -> new Health.Down(words(state));
    };
  }

  private String words(DaemonState state) {
    String reason = state instanceof DaemonState.Waiting waiting ? waiting.reason() : "starting";
    Daemon running = daemon;
    String said = running == null ? "" : String.join(" ", running.lastLines());
    String logged = SambaLog.lastWords(files.serverLog());
    return Stream.of(reason, said, logged)
        .filter(Predicate.not(String::isBlank))
        .collect(Collectors.joining(": "));
  }

  private void endHelper() {
    try {
      helper.end(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when nothing of it runs. */
  void stop() {
    Daemon running = daemon;
    if (running != null) {
      running.close();
      daemon = null;
    }
    endHelper();
    try (SessionWatch _ = watch;
        LinePipe _ = accesses) {
      watch = null;
      accesses = null;
      files.forget();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
