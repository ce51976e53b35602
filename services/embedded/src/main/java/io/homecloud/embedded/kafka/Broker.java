package io.homecloud.embedded.kafka;

import io.homecloud.host.TimerSlack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.jboss.logging.Logger;

/** One life of Kafka's own server. */
final class Broker {
  private static final Logger LOG = Logger.getLogger(Broker.class);

  /** One that met a fault may never come to its end; its threads are then left alone. */
  private static final Duration STOP = Duration.ofSeconds(60);

  /**
   * Some thirty threads of the broker look five times a second whether there is something to do,
   * which no setting changes. They may do so later and at the same time.
   */
  private static final Duration SLACK = Duration.ofMillis(500);

  private final KafkaRaftServer server;
  private boolean stopped;

  private Broker(KafkaRaftServer server) {
    this.server = server;
  }

  /** Returns when it answers; a failed start leaves nothing running. */
  static Broker start(KafkaSettings settings, Path data) throws IOException {
    FutureTask<Broker> starting =
        new FutureTask<>(() -> {
          TimerSlack.ofThisThread(SLACK);
          return startHere(settings, data);
        });
    // The broker's threads inherit the slack of the one that starts them.
    Thread.ofPlatform().daemon().name("kafka start").start(starting);
    try {
      return starting.get();
    } catch (ExecutionException e) {
      Throwable why = Objects.requireNonNullElse(e.getCause(), e);
      throw new IOException(why.getMessage(), why);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Kafka started", e);
    }
  }

  private static Broker startHere(KafkaSettings settings, Path data) throws IOException {
    Broker broker;
    try {
      broker =
          new Broker(
              new KafkaRaftServer(
                  new KafkaConfig(BrokerConfiguration.of(settings, data), false), Time.SYSTEM));
    } catch (Exception | Error e) {
      throw new IOException("Kafka does not take its settings or data: " + e.getMessage(), e);
    }
    try {
      broker.server.startup();
      return broker;
    } catch (Exception | Error e) { // the next start may find what this one lacked
      broker.stop();
      throw new IOException("Kafka did not start: " + e.getMessage(), e);
    }
  }

  void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    Thread stopping =
        Thread.ofPlatform()
            .daemon()
            .name("kafka stop")
            .start(() -> {
              server.shutdown();
              server.awaitShutdown();
            });
    try {
      if (!stopping.join(STOP)) {
        LOG.warnf("Kafka did not stop in %s", STOP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
