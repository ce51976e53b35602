package io.homecloud.embedded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.embedded.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  private static final String TOPIC = "homecloud.storage";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path directory;
  private KafkaSettings settings;
  private EmbeddedKafka kafka;

  @BeforeEach
  void make() {
    settings =
        new KafkaSettings(
            directory.resolve("kafka"),
            FreePorts.find(32_350, 32_700),
            FreePorts.find(32_350, 32_700));
    kafka = new EmbeddedKafka(settings, Duration.ofMillis(50));
  }

  @AfterEach
  void close() throws IOException {
    kafka.close();
  }

  @Test
  void messagesOutliveAStop() throws Exception {
    // Given
    kafka.start();
    send("one");
    kafka.close();
    // When
    kafka.start();
    // Then
    send("two");
    assertThat(received(2)).containsExactly("one", "two");
  }

  @Test
  void faultReplacesTheBrokerAndLeavesTheProcess() throws Exception {
    // Given
    kafka.start();
    send("one");
    // When
    Exit.halt(1, "injected");
    Exit.exit(1);
    // Then
    send("two");
    assertThat(received(2)).containsExactly("one", "two");
  }

  @Test
  void lastingFaultIsTriedAgainUntilItEnds() throws Exception {
    // Given
    kafka.start();
    send("one");
    // When
    try (ServerSocket _ = stealPort()) {
      TimeUnit.MILLISECONDS.sleep(1500);
    }
    // Then
    send("two");
    assertThat(received(2)).containsExactly("one", "two");
  }

  @Test
  void takenPortFailsTheFirstStartAndTheNextOneWorks() throws Exception {
    // Given
    try (ServerSocket _ = new ServerSocket(settings.port(), 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(kafka::start).isInstanceOf(IOException.class);
    }
    // When
    kafka.start();
    // Then
    send("one");
    assertThat(received(1)).containsExactly("one");
  }

  @Test
  void directoryIsUsedOnce() throws Exception {
    // Given
    kafka.start();
    try (EmbeddedKafka second =
        new EmbeddedKafka(
            new KafkaSettings(
                settings.directory(),
                FreePorts.find(32_350, 32_700),
                FreePorts.find(32_350, 32_700)))) {
      // When // Then
      assertThatThrownBy(second::start).isInstanceOf(IOException.class);
    }
  }

  /** Faults until the port is ours and not the broker's. */
  private ServerSocket stealPort() throws Exception {
    Exit.halt(1, "injected");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return new ServerSocket(settings.port(), 1, InetAddress.getLoopbackAddress());
      } catch (IOException stillBound) {
        assertThat(System.nanoTime()).isLessThan(end);
        TimeUnit.MILLISECONDS.sleep(1);
      }
    }
  }

  private void send(String message) throws Exception {
    Map<String, Object> options =
        Map.of(
            "bootstrap.servers",
            settings.bootstrap(),
            "delivery.timeout.ms",
            (int) PATIENCE.toMillis(),
            "request.timeout.ms",
            5_000,
            "linger.ms",
            0,
            "max.block.ms",
            PATIENCE.toMillis());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(options, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, message)).get();
    }
  }

  private List<String> received(int count) {
    List<String> values = new ArrayList<>();
    Map<String, Object> options = Map.of("bootstrap.servers", settings.bootstrap());
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(options, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (values.size() < count && System.nanoTime() < end) {
        consumer.poll(Duration.ofMillis(500)).forEach(r -> values.add(r.value()));
      }
    }
    return values;
  }
}
