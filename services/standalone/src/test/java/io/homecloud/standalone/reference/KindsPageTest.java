package io.homecloud.standalone.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.testkit.GeneratedPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What is installed into a Kubernetes, and the page about it, are made of the records of the API.
 */
class KindsPageTest {
  private static final String HEAD =
      """
      # Kinds

      Generated from the records of the API by `./homecloud reference`; a test fails when this page is out of date.

      Custom resources of the group `homecloud.io/v1alpha1`, in the namespace of the release. `kubectl get homecloud` lists all of them, `kubectl explain volume.spec --api-version=homecloud.io/v1alpha1` tells the same as this page.
      Spec and status are those of the [HTTP API](api.md). What a rule refuses, the API server says at once; what homecloud refuses is the condition `Ready`, with the word of the [problem](problems.md) as its reason.

      """;

  @Test
  void definitionsAndTheReferenceAreMadeOfTheRecords() {
    // Given
    Javadoc javadoc = new Javadoc();
    StringBuilder page = new StringBuilder(HEAD);

    // When
    for (CrdKind kind : CrdKind.ALL) {
      CrdDocument document = new CrdDocument(kind, javadoc);
      GeneratedPage.check(
          "helm/homecloud/files/crds/" + kind.plural() + ".homecloud.io.yaml", document.yaml());
      page.append(section(kind, document.schema()));
    }

    // Then
    assertThat(CrdKind.ALL).hasSize(9);
    GeneratedPage.check("docs/reference/kinds.md", page.toString());
  }

  @Test
  void everyFieldIsExplained() {
    // Given
    Javadoc javadoc = new Javadoc();
    List<String> silent = new ArrayList<>();

    // When
    for (CrdKind kind : CrdKind.ALL) {
      JsonNode schema = new CrdDocument(kind, javadoc).schema();
      silent(kind.name() + ".spec", schema.path("properties").path("spec"), silent);
      silent(kind.name() + ".status", schema.path("properties").path("status"), silent);
    }

    // Then
    assertThat(silent).isEmpty();
  }

  private static void silent(String place, JsonNode object, List<String> found) {
    for (Map.Entry<String, JsonNode> member : object.path("properties").properties()) {
      JsonNode schema = member.getValue();
      String name = place + "." + member.getKey();
      if (schema.path("description").asText().isEmpty()) {
        found.add(name);
      }
      silent(name, schema, found);
      silent(name + "[]", schema.path("items"), found);
      silent(name + "{}", schema.path("additionalProperties"), found);
    }
  }

  private static String section(CrdKind kind, JsonNode schema) {
    List<String> lines = new ArrayList<>();
    lines.add("## " + kind.name());
    lines.add("");
    lines.add(schema.path("description").asText());
    lines.add("");
    lines.add("Short name `" + kind.shortName() + "`.");
    lines.add("");
    for (String part : List.of("spec", "status")) {
      lines.add("| " + part + " | type | |");
      lines.add("| --- | --- | --- |");
      members("", schema.path("properties").path(part), lines);
      lines.add("");
    }
    rules(schema, lines);
    return String.join("\n", lines) + "\n";
  }

  private static void members(String prefix, JsonNode object, List<String> lines) {
    for (Map.Entry<String, JsonNode> member : object.path("properties").properties()) {
      JsonNode schema = member.getValue();
      String name = prefix + member.getKey();
      boolean required = false;
      for (JsonNode needed : object.path("required")) {
        required |= needed.asText().equals(member.getKey());
      }
      lines.add("| `%s` | %s | %s |".formatted(name, type(schema), text(schema, required)));
      if (!member.getKey().equals("conditions")) {
        members(name + ".", schema, lines);
        members(name + "[].", schema.path("items"), lines);
      }
    }
  }

  private static String type(JsonNode schema) {
    String type = schema.path("type").asText();
    if (schema.has("enum")) {
      List<String> values = new ArrayList<>();
      schema.path("enum").forEach(value -> values.add("`" + value.asText() + "`"));
      return String.join(", ", values);
    }
    return type.equals("array")
        ? "list of " + type(schema.path("items"))
        : type + (schema.has("format") ? " (" + schema.path("format").asText() + ")" : "");
  }

  private static String text(JsonNode schema, boolean required) {
    List<String> parts = new ArrayList<>();
    if (required) {
      parts.add("**needed**");
    }
    if (schema.has("description")) {
      parts.add(schema.path("description").asText().replace("|", "\\|"));
    }
    if (schema.has("default")) {
      parts.add("default `" + schema.path("default").asText() + "`");
    }
    return String.join("; ", parts);
  }

  private static void rules(JsonNode schema, List<String> lines) {
    List<String> sentences = new ArrayList<>();
    collect("", schema, sentences);
    if (!sentences.isEmpty()) {
      lines.add("Rules:");
      lines.add("");
      lines.addAll(sentences);
      lines.add("");
    }
  }

  private static void collect(String place, JsonNode schema, List<String> sentences) {
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      sentences.add(
          "- " + (place.isEmpty() ? "" : "`" + place + "`: ") + rule.path("message").asText());
    }
    for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
      collect(
          place.isEmpty() ? member.getKey() : place + "." + member.getKey(),
          member.getValue(),
          sentences);
    }
    if (schema.has("items")) {
      collect(place + "[]", schema.path("items"), sentences);
    }
  }
}
