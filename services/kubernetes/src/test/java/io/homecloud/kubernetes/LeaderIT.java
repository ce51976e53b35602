package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agroal.api.AgroalDataSource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.testkit.KubernetesApi;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who brings custom resources to rows and back, and what happens when much of it goes away. */
class LeaderIT {
  /** A follower looks each ten seconds whether the leader is gone; a watch comes back in time. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

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

  /** An executor of timers without a thread of its own asks that a hundred times a second. */
  @Test
  void noTimerAsksAgainAndAgainWhetherItMayEnd() {
    // Given
    apply("photos", "1Gi");
    copied(first, "photos", "1Gi");

    // When
    List<String> asking =
        Thread.getAllStackTraces().entrySet().stream()
            .filter(thread ->
                Stream.of(thread.getValue())
                    .anyMatch(frame ->
                        frame.getClassName().endsWith("$DelayedWorkQueue")
                            && frame.getMethodName().equals("poll")))
            .map(thread -> thread.getKey().getName())
            .toList();

    // Then
    assertThat(asking).isEmpty();
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
    within(
        LIMIT,
        () ->
            assertThat(kubectl.messages("photos"))
                .anyMatch(said ->
                    said.startsWith("homecloud has changed spec.quota, which kubectl had set.")));
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
    letGoOfWhatOthersLeft();

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

  /** Nobody looks after it any more, and a definition goes after the last of its resources. */
  private void letGoOfWhatOthersLeft() {
    KubernetesClient client = kubectl.connection().client();
    for (var left :
        client
            .genericKubernetesResources("homecloud.io/v1alpha1", CustomKind.VOLUME.kind())
            .inAnyNamespace()
            .list()
            .getItems()) {
      String elsewhere = left.getMetadata().getNamespace();
      if (!elsewhere.equals(namespace)) {
        finalized(new Api(client, elsewhere, new ObjectMapper()), left.getMetadata().getName());
      }
    }
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

  @Test
  void whatWasMadeAnewWhileNobodyLookedHasItsName() {
    // Given
    apply("photos", "1Gi");
    copied(first, "photos", "1Gi");
    UUID before = first.volume("photos").orElseThrow().uid();
    first.close();
    finalized("photos");
    kubectl.delete(CustomKind.VOLUME, "photos");
    kubectl.absent(CustomKind.VOLUME, "photos");
    apply("photos", "2Gi");

    // When
    first = new PlainService(schema, namespace, "pi-1");

    // Then
    within(LIMIT, () -> assertThat(first.plane().resources().isReleasing(before)).isTrue());
    first.plane().resources().remove(before, List.of());
    copied(first, "photos", "2Gi");
    assertThat(first.volume("photos").orElseThrow().uid()).isNotEqualTo(before);
  }

  @Test
  void whoReplacesAResourceWithoutItsIdentityHasTheSame() {
    // Given
    UUID uid = UUID.randomUUID();
    kubectl.apply(
        CustomKind.VOLUME,
        "{metadata: {name: photos, annotations: {homecloud.io/uid: %s}}, spec: {pool: home}}"
            .formatted(uid));
    within(LIMIT, () -> assertThat(first.volume("photos")).map(row -> row.uid()).contains(uid));

    // When
    JsonNode _ =
        kubectl
            .api()
            .merge(
                CustomKind.VOLUME,
                "photos",
                Kubectl.yaml("{metadata: {annotations: {homecloud.io/uid: null}}}"),
                Kubectl.MANAGER);

    // Then
    within(
        LIMIT,
        () ->
            assertThat(
                    Documents.identity(kubectl.get(CustomKind.VOLUME, "photos").path("metadata")))
                .isEqualTo(uid));
    assertThat(first.volume("photos").orElseThrow().deleting()).isFalse();
    assertThat(first.volume("photos").orElseThrow().uid()).isEqualTo(uid);
  }

  @Test
  void aRowThatWentWhileNobodyLedTakesItsCustomResourceWithIt() {
    // Given
    kubectl.apply(CustomKind.VOLUME, "{metadata: {name: photos}, spec: {pool: home}}");
    within(LIMIT, () -> assertThat(first.volume("photos")).isPresent());
    first.close();

    // When: of what storage did just then nobody has told the API
    try (AgroalDataSource rows = schema.pool()) {
      new ServiceDatabase(rows, "storage")
          .useTransaction(transaction -> transaction.handle().execute("delete from resource"));
    }
    first = new PlainService(schema, namespace, "pi-1");

    // Then
    kubectl.absent(CustomKind.VOLUME, "photos");
    assertThat(first.volume("photos")).isEmpty();
  }

  @Test
  void aRowThatWentWhileTheApiWasAwayTakesItsCustomResourceWithIt() throws InterruptedException {
    // Given
    kubectl.apply(CustomKind.VOLUME, "{metadata: {name: photos}, spec: {pool: home}}");
    within(LIMIT, () -> assertThat(first.volume("photos")).isPresent());
    UUID uid = first.volume("photos").orElseThrow().uid();

    // When
    KubernetesApi.stop();
    try {
      first.plane().resources().remove(uid, List.of());
      Thread.sleep(Duration.ofSeconds(3)); // it tries, in vain
    } finally {
      KubernetesApi.start();
    }

    // Then
    kubectl.absent(CustomKind.VOLUME, "photos");
  }

  @Test
  void whatHadEndedIsNotCarriedOutAgainWithoutItsRow() {
    // Given: what a restore said at its end, of which the database was lost
    first.close();
    kubectl.apply(
        CustomKind.RESTORE,
        "{metadata: {name: letters}, spec: {run: photos-1, overwrite: always}}");
    status(CustomKind.RESTORE, "letters", "{state: Completed, restored: 3, observedGeneration: 1}");

    // When
    try (PlainService backup = PlainService.backup(schema, namespace)) {
      // Then
      within(
          LIMIT,
          () ->
              assertThat(backup.plane().resources().find(PlainService.RESTORE, new Name("letters")))
                  .map(row -> Optional.ofNullable(row.status()).map(PlainService.State::state))
                  .contains(Optional.of("Completed")));
      within(LIMIT, () -> assertThat(kubectl.told("letters")).contains("NotRepeated"));
    }
    assertThat(kubectl.get(CustomKind.RESTORE, "letters").path("status").path("restored").asInt())
        .isEqualTo(3);
  }

  @Test
  void aPoolThatWasMadeIsNotErasedWithoutItsRow() {
    // Given: pools that say when they were made, of which the database was lost
    first.close();
    for (String name : List.of("home", "elsewhere")) {
      kubectl.apply(
          CustomKind.POOL,
          "{metadata: {name: %s}, spec: {node: %s, disks: [a], erase: true}}"
              .formatted(name, name.equals("home") ? "pi-1" : "pi-9"));
      status(CustomKind.POOL, name, "{formattedAt: '2026-11-26T03:00:00Z', state: Healthy}");
    }

    // When
    first = new PlainService(schema, namespace, "pi-1");

    // Then
    within(
        LIMIT,
        () ->
            assertThat(first.plane().resources().find(StorageKinds.POOL, new Name("home")))
                .map(row -> row.spec().erase())
                .contains(false));
    within(LIMIT, () -> assertThat(kubectl.told("home")).contains("NotErased"));

    // And when it cannot be a row now, that is not forgotten
    JsonNode refused = kubectl.refused(CustomKind.POOL, "elsewhere", "NodeAway");
    assertThat(refused.path("message").asText()).contains("is not repeated");
    assertThat(
            kubectl.get(CustomKind.POOL, "elsewhere").path("status").path("formattedAt").asText())
        .isEqualTo("2026-11-26T03:00:00Z");
  }

  @Test
  void aPoolThatWasAdoptedWithoutItsRowIsWishedForWhereItIs() {
    // Given: its node and the database are lost, and its disks are carried to another node
    first.close();
    UUID uid = UUID.randomUUID();
    kubectl.apply(
        CustomKind.POOL,
        "{metadata: {name: home, annotations: {homecloud.io/uid: %s}}, spec: {node: dead, disks: [a]}}"
            .formatted(uid));

    // When
    first =
        new PlainService(
            schema,
            namespace,
            "pi-1",
            plane -> {
              Resource<PoolSpec, PoolStatus> row =
                  plane
                      .resources()
                      .create(
                          StorageKinds.POOL,
                          new ResourceStore.Draft<>(
                              uid,
                              new Name("home"),
                              "pi-1",
                              null,
                              Map.of(),
                              new PoolSpec("pi-1", List.of("a"), null, null, null, false),
                              "adoption"));
              List<Condition> adopted =
                  new Conditions(List.of(), 1, plane.clock())
                      .set(Condition.ADOPTED, Truth.True, "Adopted", "")
                      .build();
              PoolStatus status = PoolStatus.pending(Instant.EPOCH, 1, adopted);
              boolean _ = plane.resources().observe(row, status, List.of());
            });

    // Then
    within(
        LIMIT,
        () -> {
          JsonNode pool = kubectl.get(CustomKind.POOL, "home");
          assertThat(pool.path("spec").path("node").asText()).isEqualTo("pi-1");
          assertThat(Documents.identity(pool.path("metadata"))).isEqualTo(uid);
        });
  }

  /** What an operator of before has said. */
  private void status(CustomKind kind, String name, String status) {
    ObjectNode body =
        Kubectl.yaml(
            "{apiVersion: homecloud.io/v1alpha1, kind: %s, metadata: {name: %s}, status: %s}"
                .formatted(kind.kind(), name, status));
    JsonNode _ =
        kubectl
            .api()
            .applyStatus(
                kind,
                name,
                body,
                "homecloud-" + (kind == CustomKind.RESTORE ? "backup" : "storage"));
  }

  /** Somebody takes the finalizer away by force. */
  private void finalized(String name) {
    finalized(kubectl.api(), name);
  }

  private static void finalized(Api api, String name) {
    JsonNode _ =
        api.merge(
            CustomKind.VOLUME,
            name,
            Kubectl.yaml("{metadata: {finalizers: null}}"),
            Kubectl.MANAGER);
  }
}
