package io.homecloud.sharing.ganesha;

import io.homecloud.host.Daemon;
import io.homecloud.host.DaemonSpec;
import io.homecloud.host.DaemonState;
import io.homecloud.host.Signal;
import io.homecloud.host.Supervisor;
import io.homecloud.host.WholeFile;
import io.homecloud.sharing.serving.ListenPort;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The programs of the NFS server: Ganesha, a D-Bus of its own to speak to it, so that nothing
 * depends on what the machine's allows or whether there is one, and rpcbind where none runs.
 */
final class GaneshaDaemons implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final ListenPort PORTMAPPER = new ListenPort(111, 111);

  private final Supervisor supervisor;
  private final GaneshaSettings settings;
  private final Path directory;
  private @Nullable Daemon bus;
  private @Nullable Daemon portmapper;
  private volatile @Nullable Daemon ganesha;

  GaneshaDaemons(Supervisor supervisor, GaneshaSettings settings) {
    this.supervisor = supervisor;
    this.settings = settings;
    directory = settings.directory();
  }

  /**
   * Sees to it that clients of NFS 3 find us: by the rpcbind that runs, or one of ours.
   *
   * @return false when there is none and can be none
   */
  boolean portmapper() throws InterruptedException {
    if (portmapper != null || portmapperAnswers()) {
      return portmapper == null || portmapper.awaitReady(START);
    }
    if (settings.enclosure().isEmpty() && PORTMAPPER.choose().isEmpty()) {
      return false;
    }
    Daemon started =
        supervisor.start(
            spec("rpcbind", "rpcbind", "-f").readyWhen(this::portmapperAnswers, START),
            this::companionChanged);
    if (!Starts.serves(started)) {
      started.close();
      return portmapperAnswers(); // another one was quicker
    }
    portmapper = started;
    return true;
  }

  /** Whether one runs now, of ours or not. */
  boolean portmapperAnswers() {
    try (SocketPath socket = new SocketPath(settings.portmapper());
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket.path()));
    } catch (IOException e) {
      return false;
    }
  }

  /** Starts Ganesha with the configuration that is in place. */
  Daemon start(Path config, Consumer<DaemonState> listener)
      throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("recovery"));
    if (bus == null) {
      Path policy = directory.resolve("bus.conf");
      WholeFile.secret(policy).write(policy());
      Files.deleteIfExists(directory.resolve(GaneshaConfig.BUS_SOCKET));
      bus =
          supervisor.start(
              spec(
                      "ganesha-bus",
                      "dbus-daemon",
                      "--config-file=" + policy,
                      "--nofork",
                      "--nopidfile",
                      "--nosyslog")
                  .readyWhen(this::busAnswers, START),
              this::companionChanged);
    }
    Daemon companion = bus;
    ganesha =
        supervisor.start(
            spec(
                    "ganesha",
                    "ganesha.nfsd",
                    "-F",
                    "-L",
                    "STDOUT",
                    "-f",
                    config.toString(),
                    "-p",
                    directory.resolve("ganesha.pid").toString())
                .with(Map.of("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=" + GaneshaConfig.BUS_SOCKET))
                .logging(GaneshaLog.withoutAccesses())
                .after(() -> companion.state() instanceof DaemonState.Ready) // it asks for it once
                .stoppedBy(Signal.TERM, STOP)
                .readyWhen(this::ganeshaAnswers, START),
            listener);
    return ganesha;
  }

  /** Who is not root does nothing here; Ganesha's own part is as Debian's package has it. */
  private static String policy() {
    return """
    <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
     "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
    <busconfig>
      <type>system</type>
      <listen>unix:path=%s</listen>
      <auth>EXTERNAL</auth>
      <policy context="default">
        <deny user="*"/>
        <allow user="root"/>
        <deny own="*"/>
        <deny send_type="method_call"/>
        <allow send_type="signal"/>
        <allow send_requested_reply="true" send_type="method_return"/>
        <allow send_requested_reply="true" send_type="error"/>
        <allow receive_type="method_call"/>
        <allow receive_type="method_return"/>
        <allow receive_type="error"/>
        <allow receive_type="signal"/>
        <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
      </policy>
      <policy user="root">
        <allow own="org.ganesha.nfsd"/>
        <allow send_destination="org.ganesha.nfsd"/>
      </policy>
    </busconfig>
    """
        .formatted(GaneshaConfig.BUS_SOCKET);
  }

  @Nullable Daemon ganesha() {
    return ganesha;
  }

  /**
   * Ganesha never speaks to a bus again that it lost, nor tells a new rpcbind its ports: it begins
   * anew with them. A lost bus makes one thread of it exit by itself, which can hang.
   */
  private void companionChanged(DaemonState state) {
    Daemon server = ganesha;
    if (state instanceof DaemonState.Waiting(_, _, int failures)
        && failures > 0
        && server != null) {
      server.restart();
    }
  }

  private boolean busAnswers() throws IOException {
    GaneshaBus.open(directory).close();
    return true;
  }

  private boolean ganeshaAnswers() throws IOException {
    try (GaneshaBus conversation = GaneshaBus.open(directory)) {
      return !conversation.exports().contains(0);
    }
  }

  private DaemonSpec spec(String name, String... words) {
    List<String> argv = new ArrayList<>(settings.enclosure());
    argv.addAll(List.of(words));
    return new DaemonSpec(name, argv.toArray(String[]::new)).in(directory);
  }

  void stopGanesha() {
    if (ganesha != null) {
      ganesha.close();
      ganesha = null;
    }
  }

  @Override
  public void close() {
    stopGanesha();
    if (bus != null) {
      bus.close();
      bus = null;
    }
    if (portmapper != null) {
      portmapper.close();
      portmapper = null;
    }
  }
}
