package io.homecloud.sharing.share;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What is to be deleted when it is old, looked at once a day. */
final class DailyChores implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DailyChores.class);
  private static final Duration FIRST = Duration.ofMinutes(10);
  private static final Duration EACH = Duration.ofDays(1);

  private final List<Runnable> chores;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sharing-daily").factory());

  DailyChores(Runnable... chores) {
    this.chores = List.of(chores);
  }

  void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> chores.forEach(DailyChores::attempt),
            FIRST.toSeconds(),
            EACH.toSeconds(),
            TimeUnit.SECONDS);
  }

  private static void attempt(Runnable chore) {
    try {
      chore.run();
    } catch (RuntimeException e) {
      LOG.warnf("what is old is looked at again tomorrow: %s", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
