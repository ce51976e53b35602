package io.homecloud.standalone;

import io.homecloud.embedded.kafka.EmbeddedKafka;
import io.homecloud.embedded.kafka.KafkaSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts Kafka beside the services, which work without it, until it runs or is no longer wanted.
 */
final class KafkaStarter {
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_START = Duration.ofSeconds(30);

  private final EmbeddedKafka kafka;
  private final CountDownLatch unwanted = new CountDownLatch(1);
  private final Thread starter = Thread.ofPlatform().name("kafka starter").unstarted(this::start);

  KafkaStarter(KafkaSettings settings) {
    kafka = new EmbeddedKafka(settings);
    starter.setDaemon(true);
    starter.start();
  }

  private void start() {
    Progress progress = Progress.begun();
    try {
      do {
        try {
          kafka.start();
          progress.tell("Kafka answers");
          return;
        } catch (IOException e) {
          System.out.println("  Kafka does not start, trying again: " + e.getMessage());
        }
      } while (!unwanted.await(PAUSE.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void stop() {
    unwanted.countDown();
    try {
      if (starter.join(LONGEST_START)) {
        kafka.close();
      } else {
        System.err.println("Kafka is left starting"); // the database is to stop in order
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.err.println("Kafka did not stop in order: " + e.getMessage());
    }
  }
}
