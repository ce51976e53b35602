package io.homecloud.embedded.kafka;

import java.nio.file.Path;
import java.util.Map;

/**
 * @param directory where messages are kept; made if absent, used by one process at a time
 * @param port of 127.0.0.1, for clients
 * @param controllerPort of 127.0.0.1, for the broker's talk with itself
 * @param overrides settings of the broker, by Kafka's names, that go before ours
 */
public record KafkaSettings(
    Path directory, int port, int controllerPort, Map<String, String> overrides) {
  public KafkaSettings {
    check(port);
    check(controllerPort);
    if (port == controllerPort) {
      throw new IllegalArgumentException("clients and controller need a port each: " + port);
    }
    directory = directory.toAbsolutePath().normalize();
    overrides = Map.copyOf(overrides);
  }

  public KafkaSettings(Path directory, int port, int controllerPort) {
    this(directory, port, controllerPort, Map.of());
  }

  /** What clients call {@code bootstrap.servers}. */
  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  private static void check(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("no port: " + port);
    }
  }
}
