package io.homecloud.control.sign;

import jakarta.enterprise.context.ApplicationScoped;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

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

  /**
   * Whether what somebody was let in with is good still, to be asked again and again by an answer
   * that goes on for long.
   */
  public BooleanSupplier lasting(@Nullable Principal who, Clock clock) {
    if (!(who instanceof JsonWebToken token)) {
      return () -> true;
    }
    String session = token.getClaim("sid");
    Instant end = Instant.ofEpochSecond(token.getExpirationTime());
    return () -> clock.instant().isBefore(end) && (session == null || !contains(session));
  }

  boolean contains(String session) {
    synchronized (ended) {
      return ended.containsKey(session);
    }
  }
}
