package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.testkit.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people and clusters do wrong stays with what they did it to. */
class MistakenManifestsIT {
  private final String namespace = "slip-" + UUID.randomUUID().toString().substring(0, 8);
  private Kubectl kubectl;
  private PlainService service;

  @BeforeEach
  void start() {
    kubectl = TestCluster.kubectl(namespace);
    service =
        new PlainService(
            TestPostgres.freshSchema().migrated("db/events", "db/control"), namespace, "pi-1");
  }

  @AfterEach
  void stop() {
    service.close();
    kubectl.close();
  }

  private UUID made(String name, String displayName) {
    UUID uid = UUID.randomUUID();
    VolumeSpec spec =
        new VolumeSpec(
            new Name("home"),
            VolumeSpec.Backend.btrfs,
            null,
            null,
            null,
            null,
            VolumeSpec.DeletionPolicy.Trash,
            false,
            displayName,
            null);
    var _ =
        service
            .plane()
            .resources()
            .create(
                StorageKinds.VOLUME,
                new Draft<>(uid, new Name(name), "pi-1", null, Map.of(), spec, "anna"));
    return uid;
  }

  @Test
  void aCopyOfAManifestThatIsDeletedTakesNothingWithIt() {
    // Given: made by HTTP, so that its resource says whose row it is
    UUID uid = made("photos", "Photos");
    within(
        Kubectl.LIMIT,
        () ->
            assertThat(
                    Documents.identity(kubectl.get(CustomKind.VOLUME, "photos").path("metadata")))
                .isEqualTo(uid));
    kubectl.apply(
        CustomKind.VOLUME,
        """
        {metadata: {name: copy, annotations: {homecloud.io/uid: %s}},
         spec: {pool: home, deletionPolicy: Trash}}
        """
            .formatted(uid));
    within(
        Kubectl.LIMIT,
        () ->
            assertThat(
                    kubectl
                        .get(CustomKind.VOLUME, "copy")
                        .path("status")
                        .path("conditions")
                        .isEmpty())
                .isFalse());

    // When
    kubectl.delete(CustomKind.VOLUME, "copy");

    // Then
    kubectl.absent(CustomKind.VOLUME, "copy");
    assertThat(service.volume("photos"))
        .hasValueSatisfying(row -> {
          assertThat(row.uid()).isEqualTo(uid);
          assertThat(row.deleting()).isFalse();
        });
    assertThat(kubectl.get(CustomKind.VOLUME, "photos").path("metadata").has("deletionTimestamp"))
        .isFalse();
  }

  @Test
  void whatTheClusterRefusesOfOneKeepsNoOtherBack() {
    // Given: longer than the definition allows, as an older homecloud or another cluster may have
    // it
    List<String> names =
        IntStream.range(0, 20).mapToObj(i -> i % 5 == 0 ? "bad-" + i : "good-" + i).toList();

    // When
    names.forEach(name -> made(name, name.startsWith("bad") ? "x".repeat(300) : "fine"));

    // Then
    within(
        Kubectl.LIMIT,
        () ->
            names.stream()
                .filter(name -> name.startsWith("good"))
                .forEach(name ->
                    assertThat(
                            kubectl.get(CustomKind.VOLUME, name).path("spec").path("pool").asText())
                        .isEqualTo("home")));
    kubectl.delete(CustomKind.VOLUME, "good-1");
    within(
        Kubectl.LIMIT,
        () ->
            assertThat(service.volume("good-1"))
                .hasValueSatisfying(row -> assertThat(row.deleting()).isTrue()));
  }

  /** The operator loses one that is made while another one of its name is seen out. */
  @Test
  void whatIsRefusedAndMadeAnewAtOnceIsRefusedAgain() {
    // Given
    UUID uid = made("photos", "Photos");
    String copy =
        "{metadata: {name: copy, annotations: {homecloud.io/uid: %s}}, spec: {pool: home}}"
            .formatted(uid);
    kubectl.apply(CustomKind.VOLUME, copy);

    for (int i = 0; i < 25; i++) {
      // When
      kubectl.refused(CustomKind.VOLUME, "copy", "FieldImmutable");
      kubectl.delete(CustomKind.VOLUME, "copy");
      kubectl.apply(CustomKind.VOLUME, copy);
    }

    // Then
    kubectl.refused(CustomKind.VOLUME, "copy", "FieldImmutable");
  }
}
