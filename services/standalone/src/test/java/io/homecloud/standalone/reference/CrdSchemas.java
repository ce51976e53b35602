package io.homecloud.standalone.reference;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Rule;
import io.homecloud.control.resource.Shape;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The structural schemas of custom resources, made of the records that the API uses. */
final class CrdSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What estimates of the cost of rules begin with, where a record says nothing. */
  private static final int LONGEST_TEXT = 4096;

  private final Javadoc javadoc;

  CrdSchemas(Javadoc javadoc) {
    this.javadoc = javadoc;
  }

  /**
   * @param wish whether people write it: only then rules and defaults hold
   */
  ObjectNode of(Class<?> record, boolean wish) {
    ObjectNode schema = object(record, wish);
    javadoc.ofClass(record.getName()).ifPresent(said -> schema.put("description", said.text()));
    return schema;
  }

  private ObjectNode object(Class<?> type, boolean wish) {
    ObjectNode schema = JSON.createObjectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JSON.createArrayNode();
    Map<String, String> sentences =
        javadoc.ofClass(type.getName()).map(Javadoc.Comment::parameters).orElse(Map.of());
    for (RecordComponent component : type.getRecordComponents()) {
      Shape shape = component.getAnnotation(Shape.class);
      ObjectNode member = shaped(of(component.getGenericType(), wish), shape, wish);
      String sentence = sentences.get(component.getName());
      if (sentence != null) {
        member.put("description", sentence);
      }
      properties.set(name(component), member);
      if (wish && isRequired(component, shape)) {
        required.add(name(component));
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    if (wish) {
      for (Rule rule : type.getAnnotationsByType(Rule.class)) {
        rule(schema, rule.value(), rule.otherwise());
      }
    }
    return schema;
  }

  private static String name(RecordComponent component) {
    JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
    return renamed == null ? component.getName() : renamed.value();
  }

  private static boolean isRequired(RecordComponent component, @Nullable Shape shape) {
    boolean maybe = shape != null && (shape.optional() || !shape.byDefault().isEmpty());
    boolean needed = shape != null && shape.least() > 0;
    boolean many =
        Collection.class.isAssignableFrom(component.getType())
            || Map.class.isAssignableFrom(component.getType());
    return !maybe
        && !component.getType().isPrimitive()
        && (!many || needed)
        && !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private ObjectNode of(Type type, boolean wish) {
    if (type instanceof ParameterizedType generic) {
      Type element = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      if (Map.class.isAssignableFrom((Class<?>) generic.getRawType())) {
        ObjectNode map = JSON.createObjectNode().put("type", "object");
        map.set("additionalProperties", of(element, wish));
        return map;
      }
      ObjectNode list = JSON.createObjectNode().put("type", "array");
      list.set("items", of(element, wish));
      if (element.equals(Condition.class)) {
        list.withObject("/items").putArray("required").add("type");
        list.put("x-kubernetes-list-type", "map")
            .putArray("x-kubernetes-list-map-keys")
            .add("type");
      } else {
        list.put("x-kubernetes-list-type", "atomic");
      }
      return list;
    }
    return one((Class<?>) type, wish);
  }

  private ObjectNode one(Class<?> type, boolean wish) {
    ObjectNode schema = JSON.createObjectNode();
    if (type.equals(boolean.class) || type.equals(Boolean.class)) {
      return schema.put("type", "boolean");
    }
    if (type.equals(int.class) || type.equals(Integer.class)) {
      return schema.put("type", "integer").put("format", "int32");
    }
    if (type.equals(long.class) || type.equals(Long.class)) {
      return schema.put("type", "integer").put("format", "int64");
    }
    if (type.equals(double.class) || type.equals(Double.class)) {
      return schema.put("type", "number").put("format", "double");
    }
    if (type.equals(Instant.class)) {
      return schema.put("type", "string").put("format", "date-time");
    }
    if (type.equals(UUID.class)) {
      return schema.put("type", "string").put("format", "uuid");
    }
    if (type.isEnum()) {
      schema.put("type", "string");
      ArrayNode values = schema.putArray("enum");
      Arrays.stream(type.getEnumConstants()).forEach(one -> values.add(JSON.valueToTree(one)));
      return schema;
    }
    if (type.isRecord()) {
      return isText(type)
          ? shaped(schema.put("type", "string"), type.getAnnotation(Shape.class), wish)
          : object(type, wish);
    }
    if (type.equals(String.class)) {
      schema.put("type", "string");
      return wish ? schema.put("maxLength", LONGEST_TEXT) : schema;
    }
    throw new IllegalStateException("no schema for " + type);
  }

  private static boolean isText(Class<?> type) {
    boolean value =
        Arrays.stream(type.getDeclaredMethods())
            .anyMatch(method -> method.isAnnotationPresent(JsonValue.class));
    return value
        || (type.getRecordComponents().length == 1
            && type.getRecordComponents()[0].getAccessor().isAnnotationPresent(JsonValue.class));
  }

  private static ObjectNode shaped(ObjectNode schema, @Nullable Shape shape, boolean wish) {
    if (shape == null || !wish) {
      return schema;
    }
    String kind = schema.path("type").asText();
    String suffix =
        switch (kind) {
          case "array" -> "Items";
          case "string" -> "Length";
          default -> "imum";
        };
    if (shape.least() != Integer.MIN_VALUE) {
      schema.put("min" + suffix, shape.least());
    }
    if (shape.most() != Integer.MIN_VALUE) {
      schema.put("max" + suffix, shape.most());
    }
    if (!shape.pattern().isEmpty()) {
      schema.put("pattern", "^(" + shape.pattern() + ")$");
    }
    if (!shape.byDefault().isEmpty()) {
      switch (kind) {
        case "boolean" -> schema.put("default", Boolean.parseBoolean(shape.byDefault()));
        case "integer" -> schema.put("default", Integer.parseInt(shape.byDefault()));
        default -> schema.put("default", shape.byDefault());
      }
    }
    if (!shape.fixed().isEmpty()) {
      rule(schema, "self == oldSelf", Shape.FIXED + "; " + shape.fixed() + ".");
    }
    return schema;
  }

  static void rule(ObjectNode schema, String rule, String otherwise) {
    schema
        .withArray("x-kubernetes-validations")
        .addObject()
        .put("rule", rule)
        .put("message", otherwise);
  }
}
