package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A specification that breaks as many limits of its schema as one document can: longer, more and
 * larger than is allowed, or shorter, fewer and smaller, or without what has to be there.
 */
final class Violations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Way way;
  private final List<String> paths = new ArrayList<>();
  private final ObjectNode document;

  /** In which direction. */
  enum Way {
    /** Of arrays; the server looks at no item of one that is too long. */
    MORE,
    ABOVE,
    BELOW,
    MISSING
  }

  private Violations(JsonNode schema, Way way) {
    this.way = way;
    this.document = object(schema, "spec");
  }

  /**
   * @param schema of {@code spec}, as in a definition of a kind
   */
  static Violations of(JsonNode schema, Way way) {
    return new Violations(schema, way);
  }

  ObjectNode document() {
    return document;
  }

  /** Of the fields that are wrong, as the API server writes them. */
  List<String> paths() {
    return List.copyOf(paths);
  }

  private ObjectNode object(JsonNode schema, String path) {
    ObjectNode object = JSON.objectNode();
    schema
        .path("properties")
        .properties()
        .forEach(field -> {
          String name = field.getKey();
          String at = path + "." + name;
          if (way == Way.MISSING && isRequired(schema, name)) {
            paths.add(at);
          } else {
            object.set(name, value(field.getValue(), at));
          }
        });
    return object;
  }

  private static boolean isRequired(JsonNode schema, String name) {
    for (JsonNode required : schema.path("required")) {
      if (required.asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private JsonNode value(JsonNode schema, String path) {
    return switch (schema.path("type").asText()) {
      case "object" -> object(schema, path);
      case "array" -> array(schema, path);
      case "boolean" -> JSON.booleanNode(true);
      case "integer", "number" -> number(schema, path);
      default -> text(schema, path);
    };
  }

  private ArrayNode array(JsonNode schema, String path) {
    ArrayNode array = JSON.arrayNode();
    if (way == Way.MORE && schema.has("maxItems")) {
      paths.add(path);
      for (int i = 0; i <= schema.path("maxItems").asInt(); i++) {
        array.add(JSON.textNode("item-" + i));
      }
    } else if (way == Way.BELOW && schema.has("minItems")) {
      paths.add(path);
    } else {
      array.add(value(schema.path("items"), path + "[0]"));
    }
    return array;
  }

  private JsonNode number(JsonNode schema, String path) {
    if (way == Way.ABOVE && schema.has("maximum")) {
      paths.add(path);
      return JSON.numberNode(schema.path("maximum").asLong() + 1);
    }
    if (way == Way.BELOW && schema.has("minimum")) {
      paths.add(path);
      return JSON.numberNode(schema.path("minimum").asLong() - 1);
    }
    return JSON.numberNode(1);
  }

  private JsonNode text(JsonNode schema, String path) {
    if (way == Way.ABOVE && schema.has("enum")) {
      paths.add(path);
      return JSON.textNode("no-such-word");
    }
    if (way == Way.ABOVE && schema.has("maxLength")) {
      paths.add(path);
      return JSON.textNode("x".repeat(schema.path("maxLength").asInt() + 1));
    }
    if (way == Way.BELOW && (schema.has("pattern") || schema.has("minLength"))) {
      paths.add(path);
      return JSON.textNode(schema.has("minLength") ? "" : "\n");
    }
    return schema.has("enum") ? schema.path("enum").path(0) : JSON.textNode("x");
  }
}
