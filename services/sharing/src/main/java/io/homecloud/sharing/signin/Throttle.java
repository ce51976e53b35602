package io.homecloud.sharing.signin;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Counts failures, so that nobody can guess for long. In memory alone: who restarts the service
 * could as well read the passwords' file.
 */
public final class Throttle {
  private static final int MOST_KEYS = 10_000;

  private final Duration window;
  private final LongSupplier ticks;
  private final Map<String, Failures> failures =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MOST_KEYS;
        }
      };

  private record Failures(long since, int count) {}

  public Throttle(Duration window) {
    this(window, System::nanoTime);
  }

  /**
   * @param ticks nanoseconds of the machine's own counting, which nobody sets
   */
  Throttle(Duration window, LongSupplier ticks) {
    this.window = window;
    this.ticks = ticks;
  }

  /** How long to wait when there were so many failures of that key; empty for not at all. */
  public synchronized Optional<Duration> wait(String key, int most) {
    Failures known = current(key);
    if (known == null || known.count() < most) {
      return Optional.empty();
    }
    return Optional.of(window.minusNanos(ticks.getAsLong() - known.since()));
  }

  public synchronized void failed(String key) {
    Failures known = current(key);
    failures.put(
        key,
        known == null
            ? new Failures(ticks.getAsLong(), 1)
            : new Failures(known.since(), known.count() + 1));
  }

  public synchronized void forget(String key) {
    failures.remove(key);
  }

  private @org.jspecify.annotations.Nullable Failures current(String key) {
    Failures known = failures.get(key);
    if (known != null && ticks.getAsLong() - known.since() >= window.toNanos()) {
      failures.remove(key);
      return null;
    }
    return known;
  }
}
