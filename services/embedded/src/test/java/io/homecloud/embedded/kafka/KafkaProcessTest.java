package io.homecloud.embedded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class KafkaProcessTest {
  @Test
  void clientsComeFromElsewhereAndTheControllerIsReachedFromHereAlone() {
    // When
    KafkaSettings settings =
        KafkaProcess.settings(Map.of("HOMECLOUD_KAFKA_ADVERTISED", "kafka.home:9092"));
    Properties broker = BrokerConfiguration.of(settings, Path.of("/data"));

    // Then
    assertThat(broker)
        .containsEntry("listeners", "PLAINTEXT://0.0.0.0:9092,CONTROLLER://127.0.0.1:9093")
        .containsEntry("advertised.listeners", "PLAINTEXT://kafka.home:9092")
        .containsEntry("controller.quorum.voters", "1@127.0.0.1:9093");
  }

  @Test
  void addressWithoutAPortIsRefused() {
    // Given
    Map<String, String> environment = Map.of("HOMECLOUD_KAFKA_ADVERTISED", "kafka.home");

    // When, Then
    assertThatThrownBy(() -> KafkaProcess.settings(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host:port");
  }
}
