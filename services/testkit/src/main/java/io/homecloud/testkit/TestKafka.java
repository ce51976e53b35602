package io.homecloud.testkit;

import io.homecloud.embedded.kafka.EmbeddedKafka;
import io.homecloud.embedded.kafka.KafkaSettings;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** One Kafka broker for all tests of a JVM, started by the first that asks. */
public final class TestKafka {
  private TestKafka() {}

  /** Its address, also while it is stopped after a first start. */
  public static String bootstrap() {
    return act("address");
  }

  /** Stops it in order until {@link #start}; for tests of an outage. */
  public static void stop() {
    act("stop");
  }

  /** As it was, with the same address and messages. */
  public static void start() {
    act("start");
  }

  /** All values that a topic holds now, in order. */
  public static List<String> messages(String topic) {
    return messages(bootstrap(), topic);
  }

  /** The same of another broker. */
  public static List<String> messages(String bootstrap, String topic) {
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap);
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofSeconds(1)).forEach(message -> values.add(message.value()));
      }
    }
    return values;
  }

  private static String act(String verb) {
    return PerJvm.shared("kafka", TestKafka::launch)
        .apply(Map.of("do", verb))
        .getOrDefault("bootstrap", "");
  }

  private static UnaryOperator<Map<String, String>> launch() throws IOException {
    Tools tools = new Tools(new LocalHost());
    Path directory = TestDirectory.ofThisProcess("kafka", path -> remove(tools, path));
    KafkaSettings settings =
        new KafkaSettings(directory.resolve("kafka"), FreePort.find(), FreePort.find());
    EmbeddedKafka server = new EmbeddedKafka(settings);
    server.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              answer(server, "stop");
              remove(tools, directory);
            }));
    return request -> {
      answer(server, request.getOrDefault("do", ""));
      return Map.of("bootstrap", settings.bootstrap());
    };
  }

  private static void answer(EmbeddedKafka server, String verb) {
    try {
      switch (verb) {
        case "start" -> server.start();
        case "stop" -> server.close();
        default -> {} // the address is always answered
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Tools tools, Path directory) {
    tools.must("rm", "-rf", "--one-file-system", "--", directory.toString());
  }
}
