package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.events.database.Signal;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import io.homecloud.testkit.KubernetesApi;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API server does not take, or not now, is not lost and keeps nothing else off. */
class LeaderTroubleIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

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

  @Test
  void whatIsRestoredFromTheTrashWhileTheApiIsAwayStaysAndGetsAResourceAnew() {
    // Given
    UUID uid = goingToTheTrash("photos", Marks.FINALIZER);
    String before = kubectl.get(CustomKind.VOLUME, "photos").path("metadata").path("uid").asText();

    // When
    KubernetesApi.stop();
    try {
      service.throughTheTrash("photos", "photos");
    } finally {
      KubernetesApi.start();
    }

    // Then
    within(
        LIMIT,
        () ->
            assertThat(kubectl.api().find(CustomKind.VOLUME, "photos"))
                .hasValueSatisfying(document -> {
                  JsonNode metadata = document.path("metadata");
                  assertThat(metadata.path("uid").asText()).isNotEqualTo(before);
                  assertThat(Documents.identity(metadata)).isEqualTo(uid);
                  assertThat(Documents.isLeaving(document)).isFalse();
                }));
    assertThat(service.volume("photos")).map(Resource::deleting).contains(false);
  }

  @Test
  void whatIsRestoredFromTheTrashTakesNoWishesWhileItsResourceIsOnItsWayOut() {
    // Given: somebody else keeps the resource
    var _ = goingToTheTrash("photos", Marks.FINALIZER, "example.com/kept");

    // When
    service.throughTheTrash("photos", "photos");

    // Then
    within(
        LIMIT,
        () -> assertThat(Marks.hasFinalizer(kubectl.get(CustomKind.VOLUME, "photos"))).isFalse());
    Resource<VolumeSpec, VolumeStatus> row = service.volume("photos").orElseThrow();
    assertThatThrownBy(() ->
            service
                .plane()
                .room()
                .keeper()
                .changed(
                    StorageKinds.VOLUME, row, new Wish<>(row.spec(), Map.of("album", "summer"))))
        .hasMessageContaining("It has no custom resource now.");

    // When
    finalizers("photos");

    // Then
    within(
        LIMIT,
        () ->
            assertThat(kubectl.api().find(CustomKind.VOLUME, "photos"))
                .map(Documents::isLeaving)
                .contains(false));
    assertThat(service.volume("photos")).map(Resource::deleting).contains(false);
  }

  @Test
  void whatIsRestoredFromTheTrashUnderAnotherNameLeavesNoResourceOfTheOneBefore() {
    // Given
    UUID first = service.volume("first").orElseThrow().uid();

    // When
    service.throughTheTrash("first", "second");

    // Then
    kubectl.absent(CustomKind.VOLUME, "first");
    within(
        LIMIT,
        () ->
            assertThat(kubectl.api().find(CustomKind.VOLUME, "second"))
                .map(document -> Documents.identity(document.path("metadata")))
                .contains(first));
    assertThat(service.volume("second")).map(Resource::deleting).contains(false);
  }

  @Test
  void whatWentToTheTrashUnheardOfIsFoundByASweep() {
    // Given
    UUID uid = goingToTheTrash("photos", Marks.FINALIZER);

    // When
    sql(
        "update resource set kind = 'Trash', name = uid::text, kept_at = null where uid = '%s'"
            .formatted(uid));
    service
        .plane()
        .database()
        .useTransaction(transaction -> transaction.signal(Signal.Topic.RESYNC, ""));

    // Then
    kubectl.absent(CustomKind.VOLUME, "photos");
  }

  /** A volume whose custom resource waits for its going, and for others. */
  private UUID goingToTheTrash(String name, String... finalizers) {
    kubectl.apply(
        CustomKind.VOLUME,
        "{metadata: {name: %s}, spec: {pool: home, deletionPolicy: Trash}}".formatted(name));
    within(
        LIMIT,
        () -> {
          assertThat(Marks.hasFinalizer(kubectl.get(CustomKind.VOLUME, name))).isTrue();
          assertThat(service.volume(name)).isPresent();
        });
    finalizers(name, finalizers);
    kubectl.delete(CustomKind.VOLUME, name);
    within(LIMIT, () -> assertThat(service.volume(name)).map(Resource::deleting).contains(true));
    return service.volume(name).orElseThrow().uid();
  }

  private void finalizers(String name, String... wanted) {
    JsonNode _ =
        kubectl
            .api()
            .merge(
                CustomKind.VOLUME,
                name,
                Kubectl.yaml("{metadata: {finalizers: %s}}".formatted(List.of(wanted))),
                Kubectl.MANAGER);
  }
}
