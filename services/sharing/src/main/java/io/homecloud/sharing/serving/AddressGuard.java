package io.homecloud.sharing.serving;

import io.homecloud.sharing.signin.Throttle;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Says whom to keep out: for a quarter of an hour an {@link Origin} from which ten wrong passwords
 * came within one. Never an account: whoever guesses would lock out whose it is.
 */
public final class AddressGuard {
  public static final int MOST = 10;
  private static final Logger LOG = Logger.getLogger(AddressGuard.class);
  private static final Duration WINDOW = Duration.ofMinutes(15);
  private static final int MOST_ADDRESSES = 1000;

  private final Protocol protocol;
  private final Runnable changed;
  private final Throttle wrong = new Throttle(WINDOW);

  /** Until when, by the machine's own counting; the oldest first. */
  private final Map<Origin, Long> blocked = new LinkedHashMap<>();

  /**
   * @param changed called when others are kept out than before
   */
  public AddressGuard(Protocol protocol, Runnable changed) {
    this.protocol = protocol;
    this.changed = changed;
  }

  /** A wrong password came from there. */
  public void failed(String address) {
    Origin origin = Origin.of(address);
    synchronized (this) {
      wrong.failed(origin.text());
      if (wrong.wait(origin.text(), MOST).isEmpty() || blocked.containsKey(origin)) {
        return;
      }
      wrong.forget(origin.text());
      if (blocked.size() >= MOST_ADDRESSES) {
        blocked.remove(blocked.keySet().iterator().next());
      }
      blocked.put(origin, System.nanoTime() + WINDOW.toNanos());
    }
    LOG.warnf(
        "%d wrong passwords from %s over %s: kept out for 15 minutes", MOST, origin, protocol);
    CompletableFuture.delayedExecutor(WINDOW.toSeconds() + 1, TimeUnit.SECONDS)
        .execute(this::release);
    changed.run();
  }

  private void release() {
    boolean some;
    synchronized (this) {
      long now = System.nanoTime();
      some = blocked.values().removeIf(until -> until - now <= 0);
    }
    if (some) {
      changed.run();
    }
  }

  /** Who is kept out now. */
  public synchronized Set<Origin> blocked() {
    return new TreeSet<>(blocked.keySet());
  }
}
