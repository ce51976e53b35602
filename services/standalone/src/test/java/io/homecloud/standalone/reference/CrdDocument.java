package io.homecloud.standalone.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;

/** The definition of one kind of custom resource. */
final class CrdDocument {
  private static final String GROUP = "homecloud.io";
  private static final ObjectMapper YAML =
      new ObjectMapper(
          new YAMLFactory()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .disable(YAMLGenerator.Feature.SPLIT_LINES));

  private final CrdKind kind;
  private final CrdSchemas schemas;
  private final String description;

  CrdDocument(CrdKind kind, Javadoc javadoc) {
    this.kind = kind;
    this.schemas = new CrdSchemas(javadoc);
    this.description =
        javadoc.ofClass(kind.kind().spec().getName()).map(Javadoc.Comment::text).orElse("");
  }

  /** The schema of the whole resource. */
  ObjectNode schema() {
    ObjectNode schema = YAML.createObjectNode().put("type", "object");
    schema.put("description", description);
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("apiVersion").put("type", "string");
    properties.putObject("kind").put("type", "string");
    properties.putObject("metadata").put("type", "object");
    properties.set("spec", schemas.of(kind.kind().spec(), true));
    properties.set("status", schemas.of(kind.kind().status(), false));
    schema.putArray("required").add("spec");
    CrdSchemas.rule(
        schema,
        "self.metadata.name.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$') && self.metadata.name.size() <= "
            + kind.nameAtMost(),
        "A name is 1 to "
            + kind.nameAtMost()
            + " lower-case letters, digits and hyphens, and begins and ends with a letter or digit.");
    return schema;
  }

  String yaml() {
    ObjectNode document =
        YAML.createObjectNode()
            .put("apiVersion", "apiextensions.k8s.io/v1")
            .put("kind", "CustomResourceDefinition");
    ObjectNode metadata = document.putObject("metadata").put("name", kind.plural() + "." + GROUP);
    metadata.putObject("labels").put("app.kubernetes.io/part-of", "homecloud");
    metadata.putObject("annotations").put("helm.sh/resource-policy", "keep");
    ObjectNode spec = document.putObject("spec").put("group", GROUP).put("scope", "Namespaced");
    ObjectNode names = spec.putObject("names");
    names
        .put("kind", kind.name())
        .put("listKind", kind.name() + "List")
        .put("plural", kind.plural())
        .put("singular", kind.singular());
    names.putArray("shortNames").add(kind.shortName());
    names.putArray("categories").add("homecloud");
    ObjectNode version =
        spec.putArray("versions")
            .addObject()
            .put("name", "v1alpha1")
            .put("served", true)
            .put("storage", true);
    version.putObject("subresources").putObject("status");
    columns(version.putArray("additionalPrinterColumns"));
    version.putObject("schema").set("openAPIV3Schema", schema());
    try {
      return "# Generated from the records of the API by ./homecloud reference; a test fails when it is out of date.\n"
          + YAML.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void columns(ArrayNode columns) {
    for (CrdKind.Column column : kind.columns()) {
      ObjectNode node =
          columns
              .addObject()
              .put("name", column.name())
              .put("type", column.type())
              .put("jsonPath", column.path());
      if (column.wide()) {
        node.put("priority", 1);
      }
    }
    columns
        .addObject()
        .put("name", "Ready")
        .put("type", "string")
        .put("jsonPath", ".status.conditions[?(@.type==\"Ready\")].status");
    columns
        .addObject()
        .put("name", "Reason")
        .put("type", "string")
        .put("priority", 1)
        .put("jsonPath", ".status.conditions[?(@.type==\"Ready\")].reason");
    columns
        .addObject()
        .put("name", "Age")
        .put("type", "date")
        .put("jsonPath", ".metadata.creationTimestamp");
  }
}
