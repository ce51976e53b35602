package io.homecloud.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.resource.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Custom resources as JSON. */
final class Documents {
  /** Which row it is, when that is another than its own uid says. */
  static final String UID = "homecloud.io/uid";

  private final String namespace;
  private final ObjectMapper json;

  Documents(String namespace, ObjectMapper json) {
    this.namespace = namespace;
    this.json = json;
  }

  /** With nothing but its name. */
  ObjectNode bare(CustomKind kind, String name) {
    ObjectNode document =
        json.createObjectNode()
            .put("apiVersion", HomecloudResource.GROUP + "/" + HomecloudResource.VERSION)
            .put("kind", kind.kind());
    document.putObject("metadata").put("name", name).put("namespace", namespace);
    return document;
  }

  /** The whole wish of a row. */
  ObjectNode of(CustomKind kind, Resource<?, ?> row) {
    ObjectNode document = bare(kind, row.name().value());
    ObjectNode metadata = document.withObject("/metadata");
    if (!row.metadata().labels().isEmpty()) {
      metadata.set("labels", json.valueToTree(row.metadata().labels()));
    }
    metadata.putObject("annotations").put(UID, row.uid().toString());
    document.set("spec", tree(row.spec()));
    return document;
  }

  /** As it would come over the wire, so that equal numbers are equal; without what is absent. */
  ObjectNode tree(Object value) {
    try {
      ObjectNode tree = (ObjectNode) json.readTree(json.writeValueAsString(value));
      withoutAbsent(tree);
      return tree;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record that cannot be written", e);
    }
  }

  private static void withoutAbsent(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(member -> member.getValue().isNull());
    }
    node.forEach(Documents::withoutAbsent);
  }

  /**
   * Takes out members that are empty objects: where one had something before, the API server makes
   * {@code null} of it, which its own schema refuses then.
   */
  static ObjectNode withoutEmpty(ObjectNode object) {
    object
        .properties()
        .removeIf(member ->
            member.getValue() instanceof ObjectNode inner && withoutEmpty(inner).isEmpty());
    return object;
  }

  /** Which row a custom resource is. */
  static UUID identity(JsonNode metadata) {
    String said = metadata.path("annotations").path(UID).asText();
    return parsed(said)
        .or(() -> parsed(metadata.path("uid").asText()))
        .orElseThrow(() -> new IllegalStateException("a custom resource without uid"));
  }

  private static Optional<UUID> parsed(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether it is being deleted, and waits for somebody. */
  static boolean isLeaving(JsonNode document) {
    return document.path("metadata").hasNonNull("deletionTimestamp");
  }

  static Map<String, String> labels(JsonNode metadata) {
    Map<String, String> labels = new HashMap<>();
    metadata
        .path("labels")
        .properties()
        .forEach(one -> labels.put(one.getKey(), one.getValue().asText()));
    return labels;
  }
}
