package io.homecloud.testkit;

import io.homecloud.embedded.postgres.PostgresAccess;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * For {@code @QuarkusTestResource(TestServers.class)}: PostgreSQL, Kafka and the keys that {@link
 * TestTokens} signs with, as an installation configures them. The servers outlive the application
 * under test; each application has a database and copies of the keys of its own. Its questions to
 * Kafka are open for a shorter time, for it is stopped often, and that waits for them; what tests
 * ask may wait longer than half a minute.
 */
public final class TestServers implements QuarkusTestResourceLifecycleManager {
  @Override
  public Map<String, String> start() {
    TestKafka.start();
    PostgresAccess access = TestPostgres.freshDatabase();
    Map<String, String> keys = TestTokens.copies();
    return Map.ofEntries(
        Map.entry("HOMECLOUD_DB_URL", access.jdbcUrl()),
        Map.entry("HOMECLOUD_DB_USER", access.user()),
        Map.entry("HOMECLOUD_DB_PASSWORD", access.password()),
        Map.entry("HOMECLOUD_KAFKA_BOOTSTRAP", TestKafka.bootstrap()),
        Map.entry("HOMECLOUD_JWKS", keys.getOrDefault("jwks", "")),
        Map.entry("homecloud.sharing.sign-in-keys", keys.getOrDefault("private", "")),
        Map.entry("homecloud.backup.sign-in-keys", keys.getOrDefault("private", "")),
        Map.entry("mp.messaging.connector.smallrye-kafka.poll-timeout", "500"),
        Map.entry("mp.messaging.connector.smallrye-kafka.fetch.max.wait.ms", "500"),
        Map.entry("mp.messaging.connector.smallrye-kafka.retry.backoff.ms", "100"),
        Map.entry("quarkus.http.test-timeout", "5M"),
        Map.entry("quarkus.http.test-port", "0"));
  }

  @Override
  public void stop() {
    // They stop with the JVM.
  }
}
