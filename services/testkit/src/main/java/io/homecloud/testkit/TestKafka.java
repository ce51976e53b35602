package io.homecloud.testkit;

import io.homecloud.embedded.kafka.EmbeddedKafka;
import io.homecloud.embedded.kafka.KafkaSettings;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;

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

  private static String act(String verb) {
    return PerJvm.shared("kafka", TestKafka::launch)
        .apply(Map.of("do", verb))
        .getOrDefault("bootstrap", "");
  }

  private static UnaryOperator<Map<String, String>> launch() throws IOException {
    Tools tools = new Tools(new LocalHost());
    Path directory = TestDirectory.ofThisProcess("kafka", path -> remove(tools, path));
    KafkaSettings settings =
        new KafkaSettings(
            directory.resolve("kafka"), TestPostgres.freePort(), TestPostgres.freePort());
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
