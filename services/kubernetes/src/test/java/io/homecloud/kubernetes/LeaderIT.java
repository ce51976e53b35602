package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who brings custom resources to rows and back, and what happens when much of it goes away. */
class LeaderIT {
  /** A follower looks each ten seconds whether the leader is gone; a watch comes back in time. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestSchema schema = TestPostgres.freshSchema().migrated("db/events", "db/control");
  private final String namespace = "home-" + UUID.randomUUID().toString().substring(0, 8);
  private Kubectl kubectl;
  private PlainService first;

  @BeforeEach
  void start() {
    kubectl = TestCluster.kubectl(namespace);
    first = new PlainService(schema, namespace, "pi-1");
  }

  @AfterEach
  void stop() {
    first.close();
    kubectl.close();
  }

  private void apply(String name, String quota) {
    kubectl.apply(
        CustomKind.VOLUME,
        "{metadata: {name: %s}, spec: {pool: home, quota: %s, deletionPolicy: Trash}}"
            .formatted(name, quota));
  }

  private void copied(PlainService service, String name, String quota) {
    within(
        LIMIT,
        () ->
            assertThat(service.volume(name).map(row -> String.valueOf(row.spec().quota())))
                .contains(quota));
  }

  @Test
  void anotherInstanceLeadsWhenTheFirstIsGone() {
    // Given
    apply("photos", "1Gi");
    copied(first, "photos", "1Gi");
    try (PlainService second = new PlainService(schema, namespace, "pi-2")) {
      assertThat(second.plane().database().leads()).isFalse();

      // When
      first.close();
      apply("photos", "2Gi");

      // Then
      copied(second, "photos", "2Gi");
      second.observe("photos");
      kubectl.ready(CustomKind.VOLUME, "photos");
    }
  }

  @Test
  void whatOnlyAnotherNodeCanJudgeIsJudgedThere() {
    // Given
    kubectl.apply(CustomKind.POOL, "{metadata: {name: far}, spec: {node: pi-2, disks: [a]}}");
    kubectl.refused(CustomKind.POOL, "far", "NodeAway");

    // When
    try (PlainService second = new PlainService(schema, namespace, "pi-2")) {
      kubectl.apply(
          CustomKind.POOL,
          "{metadata: {name: far, labels: {seen: again}}, spec: {node: pi-2, disks: [a]}}");

      // Then
      within(
          LIMIT,
          () ->
              assertThat(second.plane().resources().find(StorageKinds.POOL, new Name("far")))
                  .map(Resource::node)
                  .contains("pi-2"));

      // When
      kubectl.apply(CustomKind.POOL, "{metadata: {name: far}, spec: {node: pi-2, disks: [b]}}");

      // Then
      within(
          LIMIT,
          () ->
              assertThat(second.plane().resources().find(StorageKinds.POOL, new Name("far")))
                  .map(row -> row.spec().disks())
                  .contains(List.of("b")));
    }
  }

  @Test
  void whatAServiceChangesByItselfIsInTheCustomResource() {
    // Given
    apply("photos", "1Gi");
    copied(first, "photos", "1Gi");

    // When
    var _ =
        first
            .plane()
            .resources()
            .change(
                StorageKinds.VOLUME,
                new Name("photos"),
                Optional.empty(),
                row ->
                    new Wish<>(
                        new VolumeSpec(
                            new Name("home"),
                            row.spec().backend(),
                            new io.homecloud.control.Quantity(1 << 20),
                            null,
                            row.spec().owner(),
                            row.spec().mode(),
                            row.spec().deletionPolicy(),
                            false,
                            null,
                            null),
                        row.metadata().labels()));

    // Then
    within(
        LIMIT,
        () ->
            assertThat(kubectl.get(CustomKind.VOLUME, "photos").path("spec").path("quota").asText())
                .isEqualTo("1Mi"));
    // As a reconciler does, which looks anew when the row has changed meanwhile.
    within(
        LIMIT,
        () -> {
          first.observe("photos");
          JsonNode document = kubectl.get(CustomKind.VOLUME, "photos");
          assertThat(document.path("status").path("observedGeneration").asLong())
              .isEqualTo(document.path("metadata").path("generation").asLong());
        });
    kubectl.ready(CustomKind.VOLUME, "photos");
  }

  @Test
  void aNamespaceThatIsDeletedTakesNothingWithIt() {
    // Given
    apply("photos", "1Gi");
    copied(first, "photos", "1Gi");
    first.observe("photos");
    kubectl.ready(CustomKind.VOLUME, "photos");

    // When
    var _ = kubectl.connection().client().namespaces().withName(namespace).delete();
    kubectl.delete(CustomKind.VOLUME, "photos"); // as the namespace's controller does

    // Then
    kubectl.absent(CustomKind.VOLUME, "photos");
    stays("photos");
  }

  @Test
  void aDefinitionThatIsDeletedTakesNothingWithItAndResourcesComeBackWithIt() {
    // Given
    apply("photos", "1Gi");
    copied(first, "photos", "1Gi");
    UUID uid = first.volume("photos").orElseThrow().uid();

    // When
    var _ =
        kubectl
            .connection()
            .client()
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName(CustomKind.VOLUME.definition())
            .delete();
    within(
        LIMIT,
        () ->
            assertThat(
                    kubectl
                        .api()
                        .found(
                            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
                                + CustomKind.VOLUME.definition()))
                .isEmpty());
    stays("photos");
    TestCluster.installKinds(kubectl.connection().client());

    // Then
    within(
        LIMIT,
        () ->
            assertThat(kubectl.api().find(CustomKind.VOLUME, "photos"))
                .map(document -> Documents.identity(document.path("metadata")))
                .contains(uid));
    stays("photos");
  }

  private void stays(String name) {
    Optional<Resource<VolumeSpec, io.homecloud.storage.volume.VolumeStatus>> row =
        first.volume(name);
    assertThat(row).isPresent();
    assertThat(row.get().deleting()).isFalse();
  }

  @Test
  void whatWentAwayWhileNobodyLedIsLetGoOf() {
    // Given
    apply("photos", "1Gi");
    copied(first, "photos", "1Gi");
    UUID uid = first.volume("photos").orElseThrow().uid();
    first.close();
    finalized("photos");
    kubectl.delete(CustomKind.VOLUME, "photos");
    kubectl.absent(CustomKind.VOLUME, "photos");

    // When
    first = new PlainService(schema, namespace, "pi-1");

    // Then
    within(LIMIT, () -> assertThat(first.plane().resources().isReleasing(uid)).isTrue());
    assertThat(first.volume("photos").orElseThrow().deleting()).isTrue();
  }

  /** Somebody takes the finalizer away by force. */
  private void finalized(String name) {
    JsonNode _ =
        kubectl
            .api()
            .merge(
                CustomKind.VOLUME,
                name,
                Kubectl.yaml("{metadata: {finalizers: null}}"),
                Kubectl.MANAGER);
  }
}
