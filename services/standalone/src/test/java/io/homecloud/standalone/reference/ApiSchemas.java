package io.homecloud.standalone.reference;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.ClassInfo;
import org.jspecify.annotations.Nullable;

/** The shapes of an OpenAPI document: their sentences, what they are on the wire, their names. */
final class ApiSchemas {
  private static final String REF = "#/components/schemas/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiScan scan;
  private final Javadoc javadoc;
  private final ObjectNode document;
  private final ObjectNode schemas;

  ApiSchemas(ApiScan scan, Javadoc javadoc, ObjectNode document) {
    this.scan = scan;
    this.javadoc = javadoc;
    this.document = document;
    this.schemas = document.withObject("/components/schemas");
  }

  /** Completes every shape with what its class says. */
  void describe() {
    schemas
        .withObject("/Problem")
        .put("type", "object")
        .put("description", "What is wrong (RFC 9457); problems.md lists the types.");
    ObjectNode members = schemas.withObject("/Problem/properties");
    members.withObject("/type").put("type", "string").put("description", "The same for the same.");
    members.withObject("/title").put("type", "string").put("description", "The type in words.");
    members.withObject("/status").put("type", "integer").put("description", "As the answer's.");
    members.withObject("/detail").put("type", "string").put("description", "And the way out.");
    for (Map.Entry<String, JsonNode> schema : List.copyOf(schemas.properties())) {
      ObjectNode node = (ObjectNode) schema.getValue();
      classOf(schema.getKey(), node).ifPresent(type -> describe(node, type));
    }
  }

  /** By name, and when several are called the same, by members. */
  private Optional<Class<?>> classOf(String name, JsonNode schema) {
    List<String> members = new ArrayList<>();
    schema.path("properties").fieldNames().forEachRemaining(members::add);
    return scan.classes().getKnownClasses().stream()
        .filter(known -> name.equals(nameOf(known)))
        .<Class<?>>map(ApiSchemas::loaded)
        .filter(type -> type.isEnum() || type.isRecord())
        .filter(type -> type.isEnum() || names(type).containsAll(members))
        .findFirst();
  }

  /** What SmallRye calls a class. */
  static @Nullable String nameOf(ClassInfo type) {
    AnnotationInstance said = type.declaredAnnotation(Schema.class);
    return said == null || said.value("name") == null
        ? type.simpleName()
        : said.value("name").asString();
  }

  private static List<String> names(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(ApiSchemas::nameOf).toList();
  }

  private static String nameOf(RecordComponent component) {
    var renamed =
        component.getAccessor().getAnnotation(com.fasterxml.jackson.annotation.JsonProperty.class);
    return renamed == null ? component.getName() : renamed.value();
  }

  private static Class<?> loaded(ClassInfo known) {
    try {
      return Class.forName(known.name().toString(), false, ApiSchemas.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private void describe(ObjectNode schema, Class<?> type) {
    var comment = javadoc.ofClass(type.getName());
    comment.ifPresent(said -> schema.put("description", said.text()));
    if (type.isEnum()) {
      ArrayNode values = schema.putArray("enum");
      Arrays.stream(type.getEnumConstants()).forEach(one -> values.add(JSON.valueToTree(one)));
    } else if (isText(type)) {
      schema.removeAll();
      schema.put("type", "string");
      comment.ifPresent(said -> schema.put("description", said.text()));
    } else {
      ArrayNode required = JSON.createArrayNode();
      for (RecordComponent component : type.getRecordComponents()) {
        String name = nameOf(component);
        if (schema.path("properties").get(name) instanceof ObjectNode member) {
          comment
              .map(said -> said.parameters().get(component.getName()))
              .ifPresent(sentence -> member.put("description", sentence));
          if (isRequired(component)) {
            required.add(name);
          }
        }
      }
      if (!required.isEmpty()) {
        schema.set("required", required);
      }
    }
  }

  /** Written as one text, and read from it. */
  private static boolean isText(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(method ->
            method.isAnnotationPresent(JsonValue.class)
                && method.getReturnType().equals(String.class));
  }

  private static boolean isRequired(RecordComponent component) {
    return !component.getType().equals(boolean.class)
        && !Collection.class.isAssignableFrom(component.getType())
        && !Map.class.isAssignableFrom(component.getType())
        && !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /** The resource in a page of resources, {@code PageResourcePoolSpecPoolStatus}, if it is one. */
  static Optional<String> resourceIn(String pageName) {
    return pageName.matches("PageResource\\w+Spec\\w+Status")
        ? Optional.of(pageName.substring("Page".length()))
        : Optional.empty();
  }

  static String reference(String name) {
    return REF + name;
  }

  static String name(JsonNode schema) {
    return schema.path("$ref").asText().replace(REF, "");
  }

  boolean has(String name) {
    return schemas.has(name);
  }

  /** The body that creates or replaces such a resource; made when asked for the first time. */
  String body(String resource) {
    String name = resource + "Body";
    if (!schemas.has(name)) {
      ObjectNode body =
          schemas
              .withObject("/" + name)
              .put("type", "object")
              .put("description", "What is sent to create or change it.");
      ObjectNode metadata = body.withObject("/properties/metadata").put("type", "object");
      metadata.withObject("/properties/name").put("$ref", reference("Name"));
      metadata
          .withObject("/properties/labels")
          .put("type", "object")
          .withObject("/additionalProperties")
          .put("type", "string");
      body.withObject("/properties")
          .set("spec", schemas.path(resource).path("properties").path("spec").deepCopy());
      body.withArray("/required").add("spec");
    }
    return name;
  }

  /** Takes out what nobody refers to, for example what a text is made of. */
  void prune() {
    Set<String> used = new TreeSet<>();
    do {
      used.clear();
      references(document, used);
      used.add("Problem");
    } while (schemas.retain(used).size() > used.size());
  }

  private static void references(JsonNode node, Set<String> found) {
    if (node.has("$ref")) {
      found.add(name(node));
    }
    node.forEach(child -> references(child, found));
  }

  /** Gives the shapes of generic classes the names that people would give them. */
  void rename() {
    Map<String, String> names = new TreeMap<>();
    schemas
        .fieldNames()
        .forEachRemaining(name -> {
          String better = name.replaceFirst("Resource(\\w+)Spec\\w+Status", "$1");
          if (better.startsWith("Page") && !better.equals("PageMetadata")) {
            better = better.substring("Page".length()) + "List";
          }
          names.put(name, better);
        });
    ObjectNode sorted = JSON.createObjectNode();
    Map<String, String> backwards = new TreeMap<>();
    names.forEach((name, better) -> backwards.put(better, name));
    if (backwards.size() != names.size()) {
      throw new IllegalStateException("two shapes would be called the same: " + names);
    }
    backwards.forEach((better, name) -> sorted.set(better, schemas.get(name)));
    document.withObject("/components").set("schemas", sorted);
    redirect(document, names);
  }

  private static void redirect(JsonNode node, Map<String, String> names) {
    if (node instanceof ObjectNode object && object.has("$ref")) {
      String name = name(object);
      object.put("$ref", reference(names.getOrDefault(name, name)));
    }
    node.forEach(child -> redirect(child, names));
  }
}
