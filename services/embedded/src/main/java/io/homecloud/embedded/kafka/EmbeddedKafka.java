package io.homecloud.embedded.kafka;

import io.homecloud.host.DirectoryLock;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker in this process. A fault of it never ends the process: the broker alone is
 * replaced, after a pause that grows while faults follow each other.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final Duration firstPause;
  private @Nullable DirectoryLock lock;
  private @Nullable BrokerKeeper keeper;

  public EmbeddedKafka(KafkaSettings settings) {
    this(settings, FIRST_PAUSE);
  }

  EmbeddedKafka(KafkaSettings settings, Duration firstPause) {
    this.settings = settings;
    this.firstPause = firstPause;
  }

  /**
   * Returns when the broker answers. Once started it does nothing.
   *
   * @throws IOException when another process uses the directory, or the first start fails; later
   *     ones are tried again
   */
  public synchronized void start() throws IOException {
    if (keeper != null) {
      return;
    }
    DirectoryLock mine = DirectoryLock.take(settings.directory());
    try {
      keeper = BrokerKeeper.start(settings, BrokerData.formatted(settings.directory()), firstPause);
      lock = mine;
    } finally {
      if (keeper == null) {
        mine.close();
      }
    }
  }

  /** Stops it in order; messages stay. It can be started again. */
  @Override
  public synchronized void close() throws IOException {
    if (keeper != null) {
      keeper.end();
      keeper = null;
    }
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }
}
