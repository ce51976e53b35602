package io.homecloud.control.sign;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * Sign-ins that ended before the tokens that were given to them: remembered for as long as those
 * could be good.
 */
@ApplicationScoped
public class EndedSignIns {
  /** Longer than any token is good for. */
  static final Duration KEPT = Duration.ofMinutes(20);

  private static final int MOST = 10_000;

  private final LongSupplier ticks;
  private final SequencedMap<String, Long> ended =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST || ticks.getAsLong() - eldest.getValue() > KEPT.toNanos();
        }
      };

  public EndedSignIns() {
    this(System::nanoTime);
  }

  EndedSignIns(LongSupplier ticks) {
    this.ticks = ticks;
  }

  /** Tokens with this claim {@code sid} are refused from now on. What is known stays as it was. */
  public void add(String session) {
    synchronized (ended) {
      ended.putIfAbsent(session, ticks.getAsLong());
    }
  }

  boolean contains(String session) {
    synchronized (ended) {
      return ended.containsKey(session);
    }
  }
}
