package io.homecloud.standalone.reference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** docs/reference/api.md, made of the OpenAPI document. */
final class ApiPage {
  private static final String HEAD =
      """
      # The HTTP API

      Generated from the resource classes and their Javadoc by `./homecloud reference`; a test fails when this page is out of date.
      [openapi.json](openapi.json) says the same for programs.

      Every request carries `Authorization: Bearer <token>`; `sudo ./homecloud token` prints an administrator's.
      Bodies are JSON. Sizes are Kubernetes quantities (`20G`, `1.5Gi`), times ISO 8601 in UTC.
      A wish is recorded at once (201, 200) and acted on afterwards; `?wait=30s` holds the answer back until the resource is ready, and 202 says that it is not yet.
      Long jobs answer 202 with a task; `?wait=30s` waits for its end, and 200 says that it has come.
      Who does not know whether a request arrived repeats it with the same `Idempotency-Key`: within 24 hours it is answered with what the first one made, and makes nothing again.
      What goes wrong is told as `application/problem+json`; [problems.md](problems.md) lists the types.

      """;

  private final StringBuilder page = new StringBuilder(HEAD);
  private final JsonNode document;

  ApiPage(JsonNode document) {
    this.document = document;
    Map<String, List<String>> sections = new TreeMap<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      sections.computeIfAbsent(section(path.getKey()), _ -> new ArrayList<>()).add(path.getKey());
    }
    sections.forEach((section, paths) -> {
      page.append("## ").append(section).append("\n\n");
      paths.forEach(path ->
          document
              .path("paths")
              .path(path)
              .properties()
              .forEach(operation -> operation(operation.getKey(), path, operation.getValue())));
    });
    page.append("## Shapes\n\n");
    document
        .path("components")
        .path("schemas")
        .properties()
        .forEach(schema -> shape(schema.getKey(), schema.getValue()));
  }

  String text() {
    return page.toString().stripTrailing() + "\n";
  }

  /** {@code /api/storage/v1/pools/…} belongs to {@code storage: pools}. */
  private static String section(String path) {
    String[] parts = path.split("/", -1);
    return parts[2] + ": " + (path.contains("/files/") ? "files" : parts[4]);
  }

  private void operation(String verb, String path, JsonNode operation) {
    page.append("### ").append(verb.toUpperCase(Locale.ROOT)).append(" `").append(path);
    page.append("`\n\n");
    page.append(operation.path("description").asText(operation.path("summary").asText()));
    page.append("\n\n- Role: ").append(roles(operation)).append('\n');
    JsonNode body = operation.path("requestBody").path("content");
    if (!body.isEmpty()) {
      page.append("- Body: ").append(contents(body)).append('\n');
    }
    operation
        .path("responses")
        .properties()
        .forEach(answer -> {
          if (!answer.getKey().equals("default")) {
            page.append("- ").append(answer.getKey()).append(": ");
            page.append(contents(answer.getValue().path("content"))).append(' ');
            page.append(answer.getValue().path("description").asText()).append('\n');
          }
        });
    page.append('\n');
    JsonNode parameters = operation.path("parameters");
    if (!parameters.isEmpty()) {
      page.append("| parameter | in | meaning |\n| --- | --- | --- |\n");
      for (JsonNode parameter : parameters) {
        page.append("| `").append(parameter.path("name").asText()).append("` | ");
        page.append(parameter.path("in").asText()).append(" | ");
        page.append(meaning(parameter)).append(" |\n");
      }
      page.append('\n');
    }
  }

  private static String roles(JsonNode operation) {
    List<String> roles = new ArrayList<>();
    for (JsonNode scheme : operation.path("security")) {
      scheme.path("token").forEach(role -> roles.add(role.asText()));
    }
    return roles.isEmpty() ? "none needed" : String.join(" or ", roles);
  }

  private String contents(JsonNode content) {
    List<String> parts = new ArrayList<>();
    content
        .properties()
        .forEach(type ->
            parts.add(
                type.getValue().path("schema").isMissingNode()
                        || type.getKey().equals("text/event-stream")
                    ? "`" + type.getKey() + "`"
                    : form(type.getValue().path("schema"))));
    return String.join(", or ", parts);
  }

  /** Says what the shape of a parameter says when the parameter says nothing itself. */
  private String meaning(JsonNode property) {
    String own = property.path("description").asText();
    JsonNode schema = property.path("schema");
    return (own.isEmpty()
            ? document
                .at(schema.path("$ref").asText("#/none").substring(1))
                .path("description")
                .asText()
            : own)
        .replace("|", "\\|");
  }

  private void shape(String name, JsonNode schema) {
    page.append("### ").append(name).append("\n\n");
    String said = schema.path("description").asText();
    page.append(said.isEmpty() ? "" : said + "\n\n");
    if (schema.has("enum")) {
      List<String> values = new ArrayList<>();
      schema.path("enum").forEach(value -> values.add("`" + value.asText() + "`"));
      page.append("One of ").append(String.join(", ", values)).append(".\n\n");
    }
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(member -> required.add(member.asText()));
    if (!schema.path("properties").isEmpty()) {
      page.append("| member | form | meaning |\n| --- | --- | --- |\n");
      for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
        page.append("| `").append(member.getKey()).append('`');
        page.append(required.contains(member.getKey()) ? "" : " (optional)").append(" | ");
        page.append(form(member.getValue())).append(" | ");
        page.append(member.getValue().path("description").asText().replace("|", "\\|"));
        page.append(" |\n");
      }
      page.append('\n');
    }
  }

  private static String form(JsonNode schema) {
    if (schema.has("$ref")) {
      String name = ApiSchemas.name(schema);
      return "[" + name + "](#" + name.toLowerCase(Locale.ROOT) + ")";
    }
    if (schema.path("type").asText().equals("array")) {
      return "list of " + form(schema.path("items"));
    }
    if (schema.path("additionalProperties").isObject()) {
      return "object of " + form(schema.path("additionalProperties"));
    }
    return schema.path("format").asText(schema.path("type").asText("any JSON"));
  }
}
