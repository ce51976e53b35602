package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.homecloud.testkit.GeneratedPage;
import io.homecloud.testkit.KubernetesApi;
import io.homecloud.testkit.LoopDisks;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of a real API server that knows our kinds, and a data directory with disks, for one
 * application under test.
 */
public final class TestCluster implements QuarkusTestResourceLifecycleManager {
  private static @Nullable LoopDisks disks;

  static LoopDisks disks() {
    return Objects.requireNonNull(disks);
  }

  @Override
  public Map<String, String> start() {
    LoopDisks mine = new LoopDisks();
    disks = mine;
    System.setProperty("kubeconfig", KubernetesApi.kubeconfig().toString());
    String namespace = "home-" + UUID.randomUUID().toString().substring(0, 8);
    System.setProperty("homecloud.test.namespace", namespace);
    try (Connection connection = Connection.found()) {
      installKinds(connection.client());
      makeNamespace(connection.client(), namespace);
    }
    return Map.of(
        "HOMECLOUD_KUBERNETES_NAMESPACE",
        namespace,
        "HOMECLOUD_NODE",
        "testnode",
        "HOMECLOUD_DATA",
        mine.directory().toString(),
        "homecloud.storage.trash-kept-at-least",
        "PT0S");
  }

  /** A new namespace of that name, in a cluster that has the kinds. */
  static Kubectl kubectl(String namespace) {
    System.setProperty("kubeconfig", KubernetesApi.kubeconfig().toString());
    Kubectl kubectl = new Kubectl(namespace);
    installKinds(kubectl.connection().client());
    makeNamespace(kubectl.connection().client(), namespace);
    return kubectl;
  }

  private static void makeNamespace(KubernetesClient client, String namespace) {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  /** The files that the chart installs. */
  static List<Path> definitions() {
    try (Stream<Path> files =
        Files.list(GeneratedPage.repository().resolve("helm/homecloud/files/crds"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void installKinds(KubernetesClient client) {
    List<CustomResourceDefinition> definitions =
        definitions().stream().map(file -> install(client, file)).toList();
    for (CustomResourceDefinition definition : definitions) {
      var _ =
          client
              .resource(definition)
              .waitUntilCondition(
                  now ->
                      now.getStatus() != null
                          && now.getStatus().getConditions() != null
                          && now.getStatus().getConditions().stream()
                              .anyMatch(one ->
                                  one.getType().equals("Established")
                                      && one.getStatus().equals("True")),
                  2,
                  TimeUnit.MINUTES);
    }
    // It is served a moment after that is said.
    Api api = new Api(client, "default", new ObjectMapper());
    for (CustomKind kind : CustomKind.values()) {
      String all = "/apis/homecloud.io/v1alpha1/namespaces/default/" + kind.plural();
      within(Kubectl.LIMIT, () -> assertThat(api.found(all)).as(all).isPresent());
    }
  }

  private static CustomResourceDefinition install(KubernetesClient client, Path file) {
    return client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .load(file.toFile())
        .forceConflicts()
        .serverSideApply();
  }

  @Override
  public void stop() {
    disks().close();
  }
}
