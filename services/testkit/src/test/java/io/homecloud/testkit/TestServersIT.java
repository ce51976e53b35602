package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class TestServersIT {
  @Test
  void bothServersAnswerAtTheAddressesGiven() throws Exception {
    // Given
    TestServers servers = new TestServers();
    // When
    Map<String, String> given = servers.start();
    Map<String, String> again = servers.start();
    // Then
    assertThat(given.get("HOMECLOUD_DB_URL")).isNotEqualTo(again.get("HOMECLOUD_DB_URL"));
    try (Connection connection =
        DriverManager.getConnection(
            given.get("HOMECLOUD_DB_URL"),
            given.get("HOMECLOUD_DB_USER"),
            given.get("HOMECLOUD_DB_PASSWORD"))) {
      assertThat(connection.isValid(5)).isTrue();
    }
    send(given.getOrDefault("HOMECLOUD_KAFKA_BOOTSTRAP", ""));
  }

  @Test
  void brokerComesBackAtTheSameAddress() throws Exception {
    // Given
    TestKafka.start();
    String address = TestKafka.bootstrap();
    TestKafka.stop();
    // When
    TestKafka.start();
    // Then
    assertThat(TestKafka.bootstrap()).isEqualTo(address);
    send(address);
  }

  private static void send(String bootstrap) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>("test", "message")).get(60, TimeUnit.SECONDS);
    }
  }
}
