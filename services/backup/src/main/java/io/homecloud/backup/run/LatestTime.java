package io.homecloud.backup.run;

import io.homecloud.events.database.ServiceDatabase;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * What nothing has been later than, for those who copy: what was answered last while the database,
 * which is asked whether the clock is right, does not answer.
 */
public final class LatestTime implements Supplier<Instant> {
  private final Supplier<Instant> asked;
  private volatile Instant last = Instant.MAX;

  public LatestTime(Supplier<Instant> asked) {
    this.asked = asked;
  }

  @Override
  public Instant get() {
    try {
      last = asked.get();
    } catch (RuntimeException e) {
      if (!ServiceDatabase.isAway(e)) {
        throw e;
      }
    }
    return last;
  }
}
