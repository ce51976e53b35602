package io.homecloud.embedded.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.Logger;

/** Kafka in a process of its own, for services that are in several processes. */
final class KafkaProcess {
  /** Made before there is a second thread: two that begin to log at once wait for each other. */
  private static final Logger LOG = Logger.getLogger(KafkaProcess.class);

  // HOMECLOUD_KAFKA_DIRECTORY (internal): where the broker of the image keeps what it is told.
  private static final String DIRECTORY = "HOMECLOUD_KAFKA_DIRECTORY";

  // HOMECLOUD_KAFKA_ADVERTISED (internal): host:port by which clients reach the broker of the
  // image.
  private static final String ADVERTISED = "HOMECLOUD_KAFKA_ADVERTISED";

  // HOMECLOUD_KAFKA_PORT (internal): where the broker of the image listens; the next one is its
  // own.
  private static final String PORT = "HOMECLOUD_KAFKA_PORT";

  private KafkaProcess() {}

  static void main(String[] arguments) throws InterruptedException {
    try {
      EmbeddedKafka kafka = new EmbeddedKafka(settings(System.getenv()));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(kafka)));
      kafka.start();
      LOG.info("Kafka answers");
      new CountDownLatch(1).await();
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("Kafka does not start: " + e.getMessage());
      System.exit(1);
    }
  }

  static KafkaSettings settings(Map<String, String> environment) {
    int port = Integer.parseInt(environment.getOrDefault(PORT, "9092"));
    String listen = "0.0.0.0:" + port;
    String advertised = environment.getOrDefault(ADVERTISED, "localhost:" + port);
    if (!advertised.matches("[^\\s:,/]+:[0-9]{1,5}")) {
      throw new IllegalArgumentException(ADVERTISED + " is not host:port: " + advertised);
    }
    return new KafkaSettings(
        Path.of(environment.getOrDefault(DIRECTORY, "/var/lib/kafka")),
        port,
        port + 1,
        Map.of(
            "listeners",
            "PLAINTEXT://" + listen + ",CONTROLLER://127.0.0.1:" + (port + 1),
            "advertised.listeners",
            "PLAINTEXT://" + advertised));
  }

  private static void stop(EmbeddedKafka kafka) {
    try {
      kafka.close();
    } catch (IOException e) {
      System.err.println("Kafka did not stop in order: " + e.getMessage());
    }
  }
}
