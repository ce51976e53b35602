package io.homecloud.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.kubernetes.Violations.Way;
import io.homecloud.testkit.DocumentBlocks;
import io.homecloud.testkit.GeneratedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the API server itself says of manifests, those that are shown and those that cannot be. Of
 * the latter there is a folder for each kind, and beside each manifest its message. Of two
 * documents in one the first is fine and the second changes it.
 */
class InvalidManifestsIT {
  private static final String FOLDER = "services/kubernetes/src/test/resources/invalid";
  private static final String NAMESPACE = "invalid-manifests";

  private static Kubectl kubectl;

  @BeforeAll
  static void install() {
    kubectl = TestCluster.kubectl(NAMESPACE);
  }

  @AfterAll
  static void disconnect() {
    kubectl.close();
  }

  @TestFactory
  List<DynamicTest> eachIsRefusedWithItsMessage() {
    return manifests()
        .map(file -> DynamicTest.dynamicTest(name(file), () -> refuse(file)))
        .toList();
  }

  private static Stream<Path> manifests() {
    try (Stream<Path> files = Files.walk(GeneratedPage.repository().resolve(FOLDER))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String name(Path file) {
    return GeneratedPage.repository().resolve(FOLDER).relativize(file).toString();
  }

  private static void refuse(Path file) throws IOException {
    // Given
    List<ObjectNode> documents =
        Stream.of(Files.readString(file).split("(?m)^---$", -1)).map(Kubectl::yaml).toList();
    for (ObjectNode before : documents.subList(0, documents.size() - 1)) {
      apply(before);
    }

    // When
    ApiRefused refused =
        catchThrowableOfType(
            ApiRefused.class,
            () -> {
              if (documents.size() > 1) {
                apply(documents.getLast());
              } else {
                create(documents.getLast());
              }
            });

    // Then
    assertThat(refused).as("%s is taken", file).isNotNull();
    GeneratedPage.check(
        FOLDER + "/" + name(file).replace(".yaml", ".txt"), refused.sentence() + "\n");
  }

  private static CustomKind kind(ObjectNode document) {
    return Stream.of(CustomKind.values())
        .filter(one -> one.kind().equals(document.path("kind").asText()))
        .findFirst()
        .orElseThrow();
  }

  /** As kubectl does, without a word for what nobody knows. */
  private static void create(ObjectNode document) {
    var _ =
        kubectl
            .api()
            .create(
                "/apis/homecloud.io/v1alpha1/namespaces/"
                    + NAMESPACE
                    + "/"
                    + kind(document).plural()
                    + "?dryRun=All&fieldValidation=Strict",
                document);
  }

  private static void apply(ObjectNode document) {
    var _ =
        kubectl
            .api()
            .apply(
                kind(document),
                document.path("metadata").path("name").asText(),
                document,
                Kubectl.MANAGER,
                true);
  }

  @TestFactory
  List<DynamicTest> whatTheDocumentsShowIsTaken() {
    return DocumentBlocks.yaml().stream()
        .filter(manifest -> manifest.contains("apiVersion: homecloud.io/"))
        .map(manifest -> DynamicTest.dynamicTest(manifest, () -> create(Kubectl.yaml(manifest))))
        .toList();
  }

  @Test
  void everyRuleHasItsManifest() throws IOException {
    // Given
    List<String> messages = new ArrayList<>();
    for (Path file : manifests().toList()) {
      messages.add(Files.readString(Path.of(file.toString().replace(".yaml", ".txt"))));
    }

    // When
    List<Rule> rules = new ArrayList<>();
    for (Path file : TestCluster.definitions()) {
      JsonNode kind = Kubectl.yaml(Files.readString(file)).path("spec");
      JsonNode schema = kind.path("versions").path(0).path("schema").path("openAPIV3Schema");
      rules(kind.path("names").path("kind").asText(), "", schema, rules);
    }

    // Then
    assertThat(rules)
        .isNotEmpty()
        .allSatisfy(rule -> assertThat(messages).anyMatch(message -> rule.isIn(message)));
  }

  /** Lengths, numbers, words, patterns and what has to be there: each field of each kind. */
  @TestFactory
  List<DynamicTest> everyLimitIsKept() {
    return TestCluster.definitions().stream()
        .flatMap(file ->
            Stream.of(Way.values())
                .map(way ->
                    DynamicTest.dynamicTest(
                        file.getFileName() + " " + way, () -> refuseAll(file, way))))
        .toList();
  }

  private static void refuseAll(Path definition, Way way) throws IOException {
    // Given
    JsonNode kind = Kubectl.yaml(Files.readString(definition)).path("spec");
    JsonNode schema =
        kind.path("versions").path(0).path("schema").path("openAPIV3Schema").path("properties");
    Violations wrong = Violations.of(schema.path("spec"), way);
    ObjectNode document =
        Kubectl.yaml(
            "{apiVersion: homecloud.io/v1alpha1, kind: %s, metadata: {name: limits}}"
                .formatted(kind.path("names").path("kind").asText()));
    document.set("spec", wrong.document());

    // When
    ApiRefused refused = catchThrowableOfType(ApiRefused.class, () -> create(document));

    // Then
    if (wrong.paths().isEmpty()) {
      return;
    }
    assertThat(refused).as("%s", document).isNotNull();
    assertThat(wrong.paths())
        .allSatisfy(path -> assertThat(refused.sentence()).contains(path + ": "));
  }

  /**
   * Of two kinds, or two fields, the same words can be said.
   *
   * @param path of what it is about, as the API server writes it
   */
  private record Rule(String kind, String path, String message) {
    boolean isIn(String said) {
      return said.startsWith(kind + ".homecloud.io ")
          && Pattern.compile(
                  Pattern.quote(path + ": Invalid value: ") + "\\S+: " + Pattern.quote(message))
              .matcher(said)
              .find();
    }
  }

  private static void rules(String kind, String path, JsonNode schema, List<Rule> found) {
    schema
        .path("x-kubernetes-validations")
        .forEach(rule ->
            found.add(
                new Rule(kind, path.isEmpty() ? "<nil>" : path, rule.path("message").asText())));
    schema
        .path("properties")
        .properties()
        .forEach(field -> {
          String below = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
          rules(kind, below, field.getValue(), found);
        });
    if (schema.has("items")) {
      rules(kind, path + "[0]", schema.path("items"), found);
    }
    if (schema.has("additionalProperties")) {
      rules(kind, path, schema.path("additionalProperties"), found);
    }
  }
}
