package io.homecloud.standalone;

import io.homecloud.application.DatabaseDoor;
import io.homecloud.application.Installation;
import io.homecloud.embedded.kafka.KafkaSettings;
import io.homecloud.embedded.postgres.EmbeddedPostgres;
import io.homecloud.embedded.postgres.PostgresAccess;
import io.homecloud.embedded.postgres.PostgresSettings;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL and Kafka of this installation, unless the environment names others. Where they are is
 * handed to the services as system properties.
 */
final class Databases {
  private static final String SYSTEM_USER = "homecloud";

  private final Installation installation;
  private final Map<String, String> environment;
  private final RoomReserve reserve;
  private @Nullable EmbeddedPostgres postgres;
  private @Nullable KafkaStarter kafka;

  Databases(Installation installation, Map<String, String> environment) {
    this.installation = installation;
    this.environment = environment;
    this.reserve = new RoomReserve(installation.system());
  }

  /**
   * Returns when PostgreSQL answers; Kafka goes on starting.
   *
   * @throws IOException when it does not start
   */
  void start() throws IOException {
    reserve.look();
    Ports ports = new Ports(installation.system().resolve("ports"));
    if (!environment.containsKey("HOMECLOUD_KAFKA_BOOTSTRAP")) {
      KafkaSettings settings =
          new KafkaSettings(
              installation.system().resolve("kafka"),
              freePort(ports, "kafka"),
              freePort(ports, "kafka-controller"));
      kafka = new KafkaStarter(settings);
      System.setProperty("HOMECLOUD_KAFKA_BOOTSTRAP", settings.bootstrap());
    }
    if (!environment.containsKey("HOMECLOUD_DB_URL")) {
      Progress progress = Progress.begun();
      PostgresAccess access = postgres(ports);
      System.setProperty("HOMECLOUD_DB_URL", access.jdbcUrl());
      System.setProperty("HOMECLOUD_DB_USER", access.user());
      System.setProperty("HOMECLOUD_DB_PASSWORD", access.password());
      progress.tell("PostgreSQL answers");
      reserve.start();
    } else {
      DatabaseDoor.of(environment).await(waiting -> System.out.println("  " + waiting));
    }
  }

  private static int freePort(Ports ports, String use) throws IOException {
    int port = ports.of(use);
    return Ports.free(port) ? port : ports.another(use);
  }

  /** Whether the port is free is known only after a server that was left behind is stopped. */
  private PostgresAccess postgres(Ports ports) throws IOException {
    try {
      return postgres(ports.of("postgres"));
    } catch (IOException e) {
      if (Ports.free(ports.of("postgres"))) {
        throw e;
      }
      return postgres(ports.another("postgres"));
    }
  }

  private PostgresAccess postgres(int port) throws IOException {
    String cache = environment.getOrDefault("HOMECLOUD_CACHE", "/var/cache/homecloud");
    PostgresSettings settings =
        new PostgresSettings(
            installation.system().resolve("postgres"),
            Path.of(cache, "postgres"),
            installation.data().resolve("secrets/postgres-password"),
            port,
            SYSTEM_USER);
    postgres = new EmbeddedPostgres(new LocalHost(), settings, reserve::lookSoon);
    return postgres.start();
  }

  /** Stops what was started. */
  void stop() {
    reserve.close();
    if (kafka != null) {
      kafka.stop();
    }
    if (postgres != null) {
      try {
        postgres.close();
      } catch (IOException e) {
        System.err.println("PostgreSQL did not stop in order: " + e.getMessage());
      }
    }
  }
}
