package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.events.database.Signal;
import io.homecloud.storage.StorageKinds;
import io.homecloud.testkit.KubernetesApi;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API server does not take, or not now, is not lost and keeps nothing else off. */
class LeaderTroubleIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestSchema schema = TestPostgres.freshSchema().migrated("db/events", "db/control");
  private final String namespace = "trouble-" + UUID.randomUUID().toString().substring(0, 8);
  private Kubectl kubectl;
  private PlainService service;

  @BeforeEach
  void start() {
    kubectl = TestCluster.kubectl(namespace);
    service = new PlainService(schema, namespace, "pi-1");
    volume("first");
  }

  @AfterEach
  void stop() {
    service.close();
    kubectl.close();
  }

  private void volume(String name) {
    kubectl.apply(CustomKind.VOLUME, "{metadata: {name: %s}, spec: {pool: home}}".formatted(name));
    within(LIMIT, () -> assertThat(service.volume(name)).isPresent());
  }

  private void sql(String statement) {
    service
        .plane()
        .database()
        .useTransaction(transaction -> transaction.handle().execute(statement));
  }

  @Test
  void aSweepThatTheApiServerCutShortIsDoneAgain() throws InterruptedException {
    // Given: a row of which nobody has told
    sql(
        """
        insert into resource (uid, kind, name, node, revision, spec, created_at, created_by)
        values (gen_random_uuid(), 'Volume', 'found', 'pi-1', 1, '{"pool": "home"}', now(), 'test')\
        """);

    // When
    KubernetesApi.stop();
    try {
      service
          .plane()
          .database()
          .useTransaction(transaction -> transaction.signal(Signal.Topic.RESYNC, ""));
      Thread.sleep(Duration.ofSeconds(3)); // it tries, in vain
    } finally {
      KubernetesApi.start();
    }

    // Then
    within(LIMIT, () -> assertThat(kubectl.api().find(CustomKind.VOLUME, "found")).isPresent());
  }

  @Test
  void oneThatIsRefusedKeepsNoOtherFromComingBack() {
    // Given: two that are needed, and the API server does not take what the row of one says
    kubectl.apply(CustomKind.POOL, "{metadata: {name: home}, spec: {node: pi-1, disks: [a]}}");
    within(
        LIMIT,
        () ->
            assertThat(service.plane().resources().find(StorageKinds.POOL, new Name("home")))
                .isPresent());
    sql("update resource set spec = jsonb_set(spec, '{disks}', '[]') where kind = 'Pool'");
    service.inUse().add("home");
    service.inUse().add("first");

    // When
    kubectl.delete(CustomKind.POOL, "home");
    kubectl.delete(CustomKind.VOLUME, "first");

    // Then
    within(LIMIT, () -> assertThat(kubectl.told("first")).contains("VolumeBusy"));
    assertThat(kubectl.api().find(CustomKind.VOLUME, "first")).isPresent();
    assertThat(kubectl.api().find(CustomKind.POOL, "home")).isEmpty();
  }
}
