package io.homecloud.sharing.httpd;

import io.homecloud.host.Daemon;
import io.homecloud.host.DaemonSpec;
import io.homecloud.host.DaemonState;
import io.homecloud.host.Signal;
import io.homecloud.host.Supervisor;
import io.homecloud.sharing.serving.ServedShare;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The running httpd. Calls one at a time; {@link #state} at any time. */
final class HttpdProcess {
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration RELOAD = Duration.ofMinutes(1);
  private static final Duration STOP = Duration.ofSeconds(10);

  /** At first; a wish to reload that comes while httpd is reading its configuration may be lost. */
  private static final Duration SIGNAL_AGAIN = Duration.ofSeconds(1);

  private static final long LOOK_MILLIS = 20;

  private final Supervisor supervisor;
  private final Path config;
  private final InetAddress address;
  private final Consumer<DaemonState> listener;
  private volatile HttpdConfig.@Nullable Rendered expected;
  private volatile @Nullable Daemon daemon;

  /**
   * @param address where it can be asked whether it serves
   * @param listener hears each state, in the daemon's thread
   */
  HttpdProcess(
      Supervisor supervisor, Path config, InetAddress address, Consumer<DaemonState> listener) {
    this.supervisor = supervisor;
    this.config = config;
    this.address = address;
    this.listener = listener;
  }

  DaemonState state() {
    Daemon now = daemon;
    return now == null ? new DaemonState.Stopped() : now.state();
  }

  List<String> lastLines() {
    Daemon now = daemon;
    return now == null ? List.of() : now.lastLines();
  }

  /** Empty while it was given nothing. */
  Optional<HttpdConfig.Rendered> expected() {
    return Optional.ofNullable(expected);
  }

  /** True when it serves by what is in its file. */
  boolean start(HttpdConfig.Rendered rendered) throws InterruptedException {
    expected = rendered;
    daemon = supervisor.start(spec(), listener);
    return awaitReady();
  }

  /**
   * Has it read its file again; transfers under way go on. True when it serves by that; false when
   * it does not in time, and goes on as before, or ended.
   */
  boolean reload(HttpdConfig.Rendered rendered) throws InterruptedException {
    expected = rendered;
    if (!awaitReady()) {
      return false;
    }
    long end = System.nanoTime() + RELOAD.toNanos();
    for (Duration pause = SIGNAL_AGAIN; ; pause = pause.multipliedBy(2)) {
      Daemon now = daemon;
      if (now == null || !now.signal(Signal.USR1)) {
        return false;
      }
      long again = System.nanoTime() + pause.toNanos();
      do {
        if (HttpdProbe.serves(address, rendered)) {
          return true;
        }
        if (!(state() instanceof DaemonState.Ready) || System.nanoTime() > end) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } while (System.nanoTime() < again);
    }
  }

  /** Does not wait for a second attempt. */
  boolean awaitReady() throws InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    boolean began = false;
    while (System.nanoTime() < end) {
      switch (state()) {
        case DaemonState.Ready _ -> {
          return true;
        }
        case DaemonState.Starting _ -> began = true;
        case DaemonState.Waiting(_, _, int failures) -> {
          if (began || failures > 0) {
            return false;
          }
        }
        case DaemonState.Stopped _ -> {
          return false;
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return false;
  }

  void stop() {
    Daemon now = daemon;
    if (now != null) {
      now.close();
      daemon = null;
    }
  }

  /**
   * Never root: it is the user of all files from its first instruction, who may besides have a port
   * below 1024.
   */
  private DaemonSpec spec() {
    List<String> argv = new ArrayList<>(List.of("setpriv"));
    argv.add("--reuid=" + ServedShare.FILES_ID);
    argv.add("--regid=" + ServedShare.FILES_ID);
    argv.add("--clear-groups");
    argv.add("--inh-caps=-all,+net_bind_service");
    argv.add("--ambient-caps=-all,+net_bind_service");
    argv.add("--no-new-privs");
    argv.addAll(List.of("--", "apache2", "-DFOREGROUND", "-f", config.toString()));
    return new DaemonSpec(
        "httpd",
        argv,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Signal.TERM,
        STOP,
        this::ready,
        START);
  }

  private boolean ready() {
    HttpdConfig.Rendered now = expected;
    return now != null && HttpdProbe.serves(address, now);
  }
}
