package io.homecloud.standalone;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An installation whose operator brings PostgreSQL and Kafka, both behind TLS. */
class ExternalServersStoryIT {
  private final LoopDisks disks = new LoopDisks();
  private final Path cache = Script.STORY_CACHE;
  private final Installed home = new Installed(disks.directory().resolve("data"), cache);

  @AfterEach
  void nothingIsLeft() {
    home.close();
    disks.close();
  }

  @Test
  void operatorsServersAreUsedThroughTlsAndNothingEmbeddedStarts() throws Exception {
    try (TlsServers servers = TlsServers.start(disks.directory().resolve("servers"), cache)) {
      // When: they are somebody else's
      configure(servers, servers.impostor());
      Exited deceived = home.up("--size", "2G");
      // Then
      assertThat(deceived.code()).isEqualTo(1);
      assertThat(deceived.stderr()).contains("homecloud does not start: PostgreSQL: SSL error");

      // When
      configure(servers, servers.authority());
      home.mustUp("--size", "2G");
      // Then
      assertThat(encrypted(servers)).isNotEmpty().containsOnly(true);
      within(
          Duration.ofMinutes(2),
          () -> assertThat(told(servers)).anyMatch(event -> event.contains("volume")));
      assertThat(home.data().resolve("system/postgres")).doesNotExist();
      assertThat(home.data().resolve("system/kafka")).doesNotExist();
    }
  }

  @Test
  void serversThatTheNextStartWouldForgetAreNotUsed() {
    // Given
    home.with("HOMECLOUD_DB_URL", "jdbc:postgresql://db.example/homecloud");

    // When
    Exited exited = home.up("--size", "2G");

    // Then
    assertThat(exited.code()).isEqualTo(2);
    assertThat(exited.stderr()).contains("belongs into", "secrets/environment");
  }

  private void configure(TlsServers servers, Path authority) throws Exception {
    Path secrets = Files.createDirectories(home.data().resolve("secrets"));
    Files.write(
        secrets.resolve("environment"),
        List.of(
            "HOMECLOUD_DB_URL="
                + servers.access().jdbcUrl()
                + "?sslmode=verify-full&sslrootcert="
                + authority,
            "HOMECLOUD_DB_USER=" + servers.access().user(),
            "HOMECLOUD_DB_PASSWORD=" + servers.access().password(),
            "HOMECLOUD_KAFKA_BOOTSTRAP=" + servers.bootstrap(),
            "KAFKA_SECURITY_PROTOCOL=SSL",
            "KAFKA_SSL_TRUSTSTORE_TYPE=PEM",
            "KAFKA_SSL_TRUSTSTORE_LOCATION=" + authority));
  }

  /** Of each connection that storage has. */
  private static List<Boolean> encrypted(TlsServers servers) throws Exception {
    List<Boolean> found = new ArrayList<>();
    try (var connection =
            DriverManager.getConnection(
                servers.access().jdbcUrl(), servers.access().user(), servers.access().password());
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                    + " WHERE application_name = 'homecloud-storage'")) {
      while (rows.next()) {
        found.add(rows.getBoolean(1));
      }
    }
    return found;
  }

  private static List<String> told(TlsServers servers) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", servers.bootstrap(),
            "security.protocol", "SSL",
            "ssl.truststore.type", "PEM",
            "ssl.truststore.location", servers.authority().toString(),
            "auto.offset.reset", "earliest");
    List<String> values = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition("homecloud.storage", 0)));
      consumer.poll(Duration.ofSeconds(10)).forEach(message -> values.add(message.value()));
    }
    return values;
  }
}
