package io.homecloud.standalone.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.kubernetes.Connection;
import io.homecloud.standalone.Script;
import io.homecloud.testkit.KubernetesApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the chart has made, moves and asks, as Helm installs it into a real API server, of which no
 * node runs anything.
 */
class KeptPasswordsIT {
  private static final Duration DEADLINE = Duration.ofMinutes(15);

  private static final String CHART = "homecloud \"$ROOT/helm/homecloud\" --set ingress.type=none ";

  private final String kubeconfig = KubernetesApi.kubeconfig().toString();
  private final String namespace = "chart-" + UUID.randomUUID().toString().substring(0, 8);
  private final Connection connection = connection(kubeconfig);
  private final KubernetesClient client = connection.client();

  private static Connection connection(String kubeconfig) {
    System.setProperty("kubeconfig", kubeconfig);
    return Connection.found();
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  private void helm(String words) {
    Exited exited = said(words);
    assertThat(exited.code()).as("%s: %s", words, exited.stderr()).isZero();
  }

  private Exited said(String words) {
    return new Script()
        .with("KUBECONFIG", kubeconfig)
        .functions(DEADLINE, "use_helm; \"$HELM\" --namespace " + namespace + " " + words);
  }

  /** One that may run homecloud. */
  private void node(String name) {
    Node node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .addToLabels("homecloud.io/node", "true")
            .endMetadata()
            .build();
    var _ = client.resource(node).serverSideApply();
  }

  private String password(String secret) {
    Secret found = client.secrets().inNamespace(namespace).withName(secret).get();
    return new String(
        Base64.getDecoder().decode(found.getData().get("password")), StandardCharsets.UTF_8);
  }

  private void change(String secret, String password) {
    var _ =
        client
            .secrets()
            .inNamespace(namespace)
            .withName(secret)
            .edit(was -> new SecretBuilder(was).addToStringData("password", password).build());
  }

  @Test
  void areMadeOnceAndAreWhoeverChangesThemsFromThenOn() {
    // Given
    node("pi");
    String chart = CHART + "--set crds.install=false ";
    helm("install --create-namespace " + chart);
    String made = password("homecloud-administrator");
    String database = password("homecloud-postgres");

    // When
    change("homecloud-administrator", "of-whoever-answers-a-theft");
    helm("upgrade " + chart + "--set image.pullPolicy=Never");
    String upgraded = password("homecloud-administrator");
    helm("rollback homecloud");

    // Then
    assertThat(made).hasSize(16);
    assertThat(database).hasSize(32);
    assertThat(upgraded).isEqualTo("of-whoever-answers-a-theft");
    assertThat(password("homecloud-administrator")).isEqualTo("of-whoever-answers-a-theft");

    // When
    helm("uninstall homecloud");
    helm("install " + chart);

    // Then
    assertThat(password("homecloud-administrator")).isEqualTo("of-whoever-answers-a-theft");
    assertThat(password("homecloud-postgres")).isEqualTo(database);
  }

  @Test
  void theNodeOfTheDatabasesIsOneThatIsThere() {
    // Given
    node("pi");

    // When
    Exited exited = said("install --create-namespace " + CHART + "--set databases.node=pie");

    // Then
    assertThat(exited.code()).isNotZero();
    assertThat(exited.stderr())
        .contains("databases.node: there is no node pie", "(by their label kubernetes.io/hostname)")
        .containsPattern(": (.*, )?pi[,.]");
  }

  @Test
  void aNamespaceThatTakesNoPodOfStoragesIsRefusedWithWhatToType() {
    // Given
    node("pi");
    Namespace careful =
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(namespace)
            .addToLabels("pod-security.kubernetes.io/enforce", "baseline")
            .endMetadata()
            .build();
    var _ = client.resource(careful).create();

    // When
    Exited exited = said("install " + CHART);

    // Then
    assertThat(exited.code()).isNotZero();
    assertThat(exited.stderr())
        .contains(
            "kubectl label --overwrite namespace %s pod-security.kubernetes.io/enforce=privileged"
                .formatted(namespace));
  }

  @Test
  void theKindsMoveWithTheChart() {
    // Given: whoever had them before, and the kind of an older chart, which had no quota
    node("pi");
    helm("install --create-namespace --take-ownership " + CHART);
    var kinds = client.apiextensions().v1().customResourceDefinitions();
    var _ =
        kinds
            .withName("volumes.homecloud.io")
            .edit(was -> {
              assertThat(spec(was).remove("quota")).isNotNull();
              return was;
            });
    assertThat(spec(kinds.withName("volumes.homecloud.io").get())).doesNotContainKey("quota");

    // When
    helm("upgrade --take-ownership " + CHART);

    // Then
    assertThat(spec(kinds.withName("volumes.homecloud.io").get())).containsKey("quota");
  }

  /** The fields that can be wished. */
  private static Map<String, JSONSchemaProps> spec(CustomResourceDefinition kind) {
    return Objects.requireNonNull(
            kind.getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .get("spec"))
        .getProperties();
  }
}
