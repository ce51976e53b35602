package io.homecloud.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.homecloud.events.outbox.OutboxPublisher;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;

/** The tables of a service in a schema of their own, and its control plane without Quarkus. */
public final class ControlSchema {
  public static final String NODE = "pi-1";

  private ControlSchema() {}

  public static TestSchema fresh() {
    return TestPostgres.freshSchema().migrated("db/events", "db/control");
  }

  /** As Quarkus makes it. */
  public static ObjectMapper json() {
    return JsonMapper.builder()
        .addModule(new JavaTimeModule())
        .addModule(new Jdk8Module())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .build();
  }

  /** A plane whose events go nowhere. */
  public static ControlPlane plane(DataSource source) {
    return plane(source, NODE, _ -> CompletableFuture.completedFuture(null));
  }

  public static ControlPlane plane(DataSource source, String node, OutboxPublisher.Sender sender) {
    return new ControlPlane("test", node, source, json(), Clock.systemUTC(), sender, Map.of());
  }
}
