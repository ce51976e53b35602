package io.homecloud.standalone.kinds;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.homecloud.backup.BackupKinds;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;
import io.homecloud.kubernetes.Connection;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.storage.StorageKinds;
import io.homecloud.testkit.GeneratedPage;
import io.homecloud.testkit.KubernetesApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A folder for each kind: what is applied with every member there is becomes a row, and what is
 * observed of the row becomes the status, with nothing lost on either way.
 */
class KindsCopiedIT {
  private static final String FOLDER = "services/standalone/src/test/resources/kinds/";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String NAMESPACE = "kinds-" + UUID.randomUUID().toString().substring(0, 8);

  private static Connection connection;

  /** A kind, its service, and what it is called in a manifest. */
  record Case<S, T extends Status>(String service, String name, String plural, Kind<S, T> kind) {
    String folder() {
      return FOLDER + name.toLowerCase(Locale.ROOT) + "/";
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case<?, ?>> kinds() {
    return List.of(
        new Case<>("storage", "Pool", "pools", StorageKinds.POOL),
        new Case<>("storage", "Volume", "volumes", StorageKinds.VOLUME),
        new Case<>("storage", "Snapshot", "snapshots", StorageKinds.SNAPSHOT),
        new Case<>("storage", "SnapshotSchedule", "snapshotschedules", StorageKinds.SCHEDULE),
        new Case<>("sharing", "Account", "accounts", SharingKinds.ACCOUNT),
        new Case<>("sharing", "Share", "shares", SharingKinds.SHARE),
        new Case<>("backup", "BackupRepository", "backuprepositories", BackupKinds.REPOSITORY),
        new Case<>("backup", "BackupPlan", "backupplans", BackupKinds.PLAN),
        new Case<>("backup", "Restore", "restores", BackupKinds.RESTORE));
  }

  @BeforeAll
  static void install() throws IOException {
    System.setProperty("kubeconfig", KubernetesApi.kubeconfig().toString());
    connection = Connection.found();
    try (var files = Files.list(GeneratedPage.repository().resolve("helm/homecloud/files/crds"))) {
      for (Path file : files.sorted().toList()) {
        var definitions = connection.client().apiextensions().v1().customResourceDefinitions();
        var installed = definitions.load(file.toFile()).forceConflicts().serverSideApply();
        var _ =
            connection
                .client()
                .resource(installed)
                .waitUntilCondition(
                    now ->
                        now.getStatus() != null
                            && now.getStatus().getConditions() != null
                            && now.getStatus().getConditions().stream()
                                .anyMatch(one -> one.getType().equals("Established")),
                    30,
                    TimeUnit.SECONDS);
      }
    }
    var _ =
        connection
            .client()
            .resource(
                new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
            .create();
  }

  @AfterAll
  static void disconnect() {
    connection.close();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void nothingIsLostOnTheWay(Case<?, ?> one) throws IOException {
    copied(one);
  }

  private static <S, T extends Status> void copied(Case<S, T> one) throws IOException {
    try (var service = new TakingService<>(one.service(), one.kind(), connection, NAMESPACE)) {
      // Given
      ObjectNode wish = (ObjectNode) YAML.readTree(read(one, "in-resource.yaml"));
      Name name = new Name(wish.path("metadata").path("name").asText());

      // When
      GenericKubernetesResource _ = resources(one, wish).serverSideApply();
      within(LIMIT, () -> assertThat(service.row(name)).isPresent());
      Resource<S, T> row = service.row(name).orElseThrow();

      // Then
      ObjectMapper json = TakingService.json();
      ObjectNode known = json.createObjectNode();
      known.put("generation", row.metadata().generation());
      known.set("labels", json.valueToTree(row.metadata().labels()));
      known.set("spec", json.valueToTree(row.spec()));
      GeneratedPage.check(one.folder() + "out-row.yaml", YAML.writeValueAsString(known));

      // When
      String status = read(one, "in-status.yaml");
      T observed = json.convertValue(YAML.readTree(status), one.kind().status());
      service.observe(row, observed);

      // Then
      JsonNode all = json.readTree(json.writeValueAsString(observed));
      assertThat(members(YAML.readTree(status)))
          .as("in-status.yaml has all of them")
          .isEqualTo(members(all));
      within(
          LIMIT,
          () ->
              assertThat(json.<JsonNode>valueToTree(resources(one, wish).get().get("status")))
                  .isEqualTo(json.valueToTree(json.treeToValue(all, Object.class))));
    }
  }

  private static List<String> members(JsonNode node) {
    return node.propertyStream().map(java.util.Map.Entry::getKey).sorted().toList();
  }

  private static io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource> resources(
      Case<?, ?> one, ObjectNode wish) {
    ResourceDefinitionContext context =
        new ResourceDefinitionContext.Builder()
            .withGroup("homecloud.io")
            .withVersion("v1alpha1")
            .withKind(one.name())
            .withPlural(one.plural())
            .withNamespaced(true)
            .build();
    return connection
        .client()
        .genericKubernetesResources(context)
        .inNamespace(NAMESPACE)
        .resource(TakingService.json().convertValue(wish, GenericKubernetesResource.class));
  }

  private static String read(Case<?, ?> one, String file) throws IOException {
    return Files.readString(GeneratedPage.repository().resolve(one.folder() + file));
  }
}
