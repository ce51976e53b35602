package io.homecloud.testkit;

import io.homecloud.embedded.postgres.PostgresAccess;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * For {@code @QuarkusTestResource(TestServers.class)}: PostgreSQL, Kafka and the keys that {@link
 * TestTokens} signs with, as an installation configures them. The servers outlive the application
 * under test; each application has a database and copies of the keys of its own. Its questions to
 * Kafka are open for a shorter time, for it is stopped often, and that waits for them.
 */
public final class TestServers implements QuarkusTestResourceLifecycleManager {
  @Override
  public Map<String, String> start() {
    TestKafka.start();
    PostgresAccess access = TestPostgres.freshDatabase();
    Map<String, String> keys = TestTokens.copies();
    return Map.of(
        "HOMECLOUD_DB_URL", access.jdbcUrl(),
        "HOMECLOUD_DB_USER", access.user(),
        "HOMECLOUD_DB_PASSWORD", access.password(),
        "HOMECLOUD_KAFKA_BOOTSTRAP", TestKafka.bootstrap(),
        "HOMECLOUD_JWKS", keys.getOrDefault("jwks", ""),
        "homecloud.sharing.sign-in-keys", keys.getOrDefault("private", ""),
        "homecloud.backup.sign-in-keys", keys.getOrDefault("private", ""),
        "mp.messaging.connector.smallrye-kafka.poll-timeout", "500",
        "mp.messaging.connector.smallrye-kafka.fetch.max.wait.ms", "500",
        "quarkus.http.test-port", "0");
  }

  @Override
  public void stop() {
    // They stop with the JVM.
  }
}
