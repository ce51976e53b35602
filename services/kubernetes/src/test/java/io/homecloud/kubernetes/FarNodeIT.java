package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Name;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.events.database.Signal;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeSpec.DeletionPolicy;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Custom resources of another node than the leader's: only there is known who uses what. */
class FarNodeIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final TestSchema schema = TestPostgres.freshSchema().migrated("db/events", "db/control");
  private final String namespace = "far-" + UUID.randomUUID().toString().substring(0, 8);
  private Kubectl kubectl;
  private PlainService leader;
  private PlainService far;

  @BeforeEach
  void start() {
    kubectl = TestCluster.kubectl(namespace);
    leader = new PlainService(schema, namespace, "pi-1");
    within(LIMIT, () -> assertThat(leader.plane().database().leads()).isTrue());
    far = new PlainService(schema, namespace, "pi-2");
  }

  @AfterEach
  void stop() {
    far.close();
    leader.close();
    kubectl.close();
  }

  /** A volume of the other node, with its custom resource. */
  private UUID volume(String name, DeletionPolicy policy) {
    UUID uid = UUID.randomUUID();
    var _ =
        far.plane()
            .resources()
            .create(
                StorageKinds.VOLUME,
                new ResourceStore.Draft<>(
                    uid,
                    new Name(name),
                    "pi-2",
                    null,
                    Map.of(),
                    new VolumeSpec(
                        new Name("home"), null, null, null, null, null, policy, false, null, null),
                    "test"));
    within(LIMIT, () -> assertThat(kubectl.api().find(CustomKind.VOLUME, name)).isPresent());
    return uid;
  }

  @Test
  void isLetGoOfByItsNodeUnlessItIsUsedThere() {
    // Given
    UUID uid = volume("films", DeletionPolicy.Retain);
    far.inUse().add("films");

    // When
    kubectl.delete(CustomKind.VOLUME, "films");

    // Then
    within(LIMIT, () -> assertThat(kubectl.told("films")).contains("VolumeBusy"));
    assertThat(Documents.identity(kubectl.get(CustomKind.VOLUME, "films").path("metadata")))
        .isEqualTo(uid);
    assertThat(far.volume("films").orElseThrow().deleting()).isFalse();

    // When
    far.inUse().clear();
    kubectl.delete(CustomKind.VOLUME, "films");

    // Then
    within(LIMIT, () -> assertThat(far.plane().resources().isReleasing(uid)).isTrue());
    kubectl.absent(CustomKind.VOLUME, "films");
  }

  @Test
  void goesToTheTrashOfItsNodeUnlessItIsUsedThere() {
    // Given
    UUID uid = volume("films", DeletionPolicy.Trash);
    within(
        LIMIT,
        () -> assertThat(Marks.hasFinalizer(kubectl.get(CustomKind.VOLUME, "films"))).isTrue());
    far.inUse().add("films");

    // When
    kubectl.delete(CustomKind.VOLUME, "films");

    // Then
    assertThat(kubectl.refused(CustomKind.VOLUME, "films", "VolumeBusy").path("message").asText())
        .isEqualTo("It is in use here.");
    assertThat(far.volume("films").orElseThrow().deleting()).isFalse();

    // When
    far.inUse().clear();

    // Then
    within(LIMIT, () -> assertThat(far.volume("films").orElseThrow().deleting()).isTrue());
    assertThat(far.plane().resources().isReleasing(uid)).isFalse();
  }

  @Test
  void whatIsBackFromTheTrashOfItsNodeIsNotPutThereAgain() throws InterruptedException {
    // Given: its resource is on its way out, and somebody else keeps it
    var _ = volume("films", DeletionPolicy.Trash);
    within(
        LIMIT,
        () -> assertThat(Marks.hasFinalizer(kubectl.get(CustomKind.VOLUME, "films"))).isTrue());
    JsonNode _ =
        kubectl
            .api()
            .merge(
                CustomKind.VOLUME,
                "films",
                Kubectl.yaml(
                    "{metadata: {finalizers: [%s, example.com/kept]}}".formatted(Marks.FINALIZER)),
                Kubectl.MANAGER);
    kubectl.delete(CustomKind.VOLUME, "films");
    within(LIMIT, () -> assertThat(far.volume("films").orElseThrow().deleting()).isTrue());
    far.throughTheTrash("films", "films");

    // When: what the leader handed over before comes late
    leader
        .plane()
        .database()
        .useTransaction(transaction -> transaction.signal(Signal.Topic.ADMIT, "VOLUME/films"));
    Thread.sleep(Duration.ofSeconds(2));

    // Then
    assertThat(far.volume("films").orElseThrow().deleting()).isFalse();
  }

  @Test
  void whatItErasesIsJudgedByItsNode() {
    // When
    kubectl.apply(
        CustomKind.POOL,
        "{metadata: {name: attic}, spec: {node: pi-2, disks: [%s], erase: true}}"
            .formatted(PlainService.DISK_OF_A_POOL));

    // Then
    within(
        LIMIT,
        () ->
            assertThat(
                    kubectl
                        .refused(CustomKind.POOL, "attic", "DiskNotEmpty")
                        .path("message")
                        .asText())
                .isEqualTo("A pool is on its disk."));
    assertThat(leader.plane().resources().find(StorageKinds.POOL, new Name("attic"))).isEmpty();
  }
}
