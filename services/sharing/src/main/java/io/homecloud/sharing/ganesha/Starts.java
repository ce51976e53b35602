package io.homecloud.sharing.ganesha;

import io.homecloud.host.Daemon;
import io.homecloud.host.DaemonState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for one start of a daemon, not for the next when that one fails. */
final class Starts {
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  private Starts() {}

  static boolean serves(Daemon daemon) throws InterruptedException {
    if (daemon.state() instanceof DaemonState.Ready) {
      return true;
    }
    CompletableFuture<Boolean> serves = new CompletableFuture<>();
    daemon.onChange(state -> {
      if (!(state instanceof DaemonState.Starting)) {
        serves.complete(state instanceof DaemonState.Ready);
      }
    });
    switch (daemon.state()) {
      case DaemonState.Ready _ -> serves.complete(true);
      case DaemonState.Waiting(_, _, int failures) when failures > 0 -> serves.complete(false);
      case DaemonState.Stopped _ -> serves.complete(false);
      case DaemonState.Waiting _, DaemonState.Starting _ -> {} // its listener hears what follows
    }
    try {
      return serves.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
