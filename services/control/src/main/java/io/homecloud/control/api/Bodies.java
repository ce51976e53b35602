package io.homecloud.control.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import java.lang.reflect.Executable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON bodies strictly: unknown members, wrong types and trailing text are problems that name
 * the place.
 */
public final class Bodies {
  private static final List<LogicalType> SCALARS =
      List.of(
          LogicalType.Textual,
          LogicalType.Integer,
          LogicalType.Float,
          LogicalType.Boolean,
          LogicalType.Enum);

  private Bodies() {}

  /** A mapper that does not make numbers of texts, or whole ones of others, and so on. */
  public static ObjectMapper strict(ObjectMapper json) {
    // Also of a text that is one: "1" is not the second word of an enum.
    ObjectMapper strict = json.copy().enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
    for (LogicalType type : SCALARS) {
      for (CoercionInputShape shape : CoercionInputShape.values()) {
        strict.coercionConfigFor(type).setCoercion(shape, CoercionAction.Fail);
      }
    }
    // A whole number is a number.
    strict
        .coercionConfigFor(LogicalType.Float)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.TryConvert);
    return strict;
  }

  /**
   * Reads a body.
   *
   * @param json made by {@link #strict}
   */
  public static <B> B parse(ObjectMapper json, String text, Class<B> type) {
    try {
      return read(json, tree(json, text), type);
    } catch (JsonProcessingException e) {
      throw problem(e);
    }
  }

  /**
   * What becomes of a value by a JSON merge patch (RFC 7396): read as strictly as {@link #parse}.
   *
   * @param json made by {@link #strict}
   */
  public static <B> B patched(ObjectMapper json, B before, String patch, Class<B> type) {
    JsonNode change = tree(json, patch);
    if (!change.isObject()) {
      throw CommonProblem.BODY_INVALID.because("A merge patch is a JSON object.");
    }
    try {
      return read(json, merge(json.valueToTree(before), change), type);
    } catch (JsonProcessingException e) {
      throw problem(e);
    }
  }

  /** The target, changed by the patch; null takes a member away. */
  static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode merged =
        target instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      if (member.getValue().isNull()) {
        merged.remove(member.getKey());
      } else {
        merged.set(member.getKey(), merge(merged.path(member.getKey()), member.getValue()));
      }
    }
    return merged;
  }

  static JsonNode tree(ObjectMapper json, String text) {
    JsonNode tree;
    try {
      tree =
          json.reader()
              .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
              .readTree(text);
    } catch (MismatchedInputException e) {
      throw CommonProblem.BODY_INVALID.because(
          "It has to be one JSON value in which no member comes twice" + position(e) + ".");
    } catch (JsonProcessingException e) {
      throw problem(e);
    }
    if (tree == null || tree.isMissingNode() || tree.isNull()) {
      throw CommonProblem.BODY_INVALID.because("The body is empty; it has to be JSON.");
    }
    requireStorable(tree);
    return tree;
  }

  /** A database takes no NUL; the reader has bounded the depth. */
  private static void requireStorable(JsonNode node) {
    if (node.isTextual() && node.textValue().indexOf('\0') >= 0) {
      throw CommonProblem.BODY_INVALID.because("No text may contain the character NUL.");
    }
    node.fieldNames().forEachRemaining(name -> requireStorable(TextNode.valueOf(name)));
    node.forEach(Bodies::requireStorable);
  }

  static <B> B read(ObjectMapper json, JsonNode tree, Class<B> type)
      throws JsonProcessingException {
    return json.reader()
        .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .treeToValue(tree, type);
  }

  static ProblemException problem(JsonProcessingException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProblemException problem) {
        return failure instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
            ? problem.code().because(place(mapping) + ": " + problem.detail())
            : problem;
      }
    }
    return switch (failure) {
      case UnrecognizedPropertyException unknown ->
          CommonProblem.BODY_INVALID.because("There is no member " + place(unknown) + ".");
      // What our own checking constructors and parsers say is meant for people.
      case ValueInstantiationException refused
          when refused.getCause() instanceof IllegalArgumentException why ->
          CommonProblem.BODY_INVALID.because(
              place(refused) + ": " + printable(String.valueOf(why.getMessage()), 300));
      case InvalidFormatException format ->
          CommonProblem.BODY_INVALID.because(
              place(format) + " has a value that is not allowed there: " + wanted(format));
      case MismatchedInputException mismatch ->
          CommonProblem.BODY_INVALID.because(
              place(mismatch) + " is missing or of the wrong type: " + wanted(mismatch));
      case JsonMappingException mapping ->
          CommonProblem.BODY_INVALID.because(place(mapping) + " cannot be used.");
      case StreamConstraintsException tooMuch ->
          CommonProblem.BODY_INVALID.because(
              "It is nested too deeply, or a name or number is too long" + position(tooMuch) + ".");
      default -> CommonProblem.BODY_INVALID.because("It is not JSON" + position(failure) + ".");
    };
  }

  private static String wanted(MismatchedInputException failure) {
    return form(failure.getTargetType()) + " is expected.";
  }

  /** How a value of that type is written. */
  private static String form(@Nullable Class<?> type) {
    if (type == null) {
      return "something else";
    } else if (type.isEnum()) {
      return "one of "
          + Stream.of(type.getEnumConstants())
              .map(value -> Names.JSON.valueToTree(value).asText())
              .collect(Collectors.joining(", "));
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    } else if (type == double.class || type == Double.class) {
      return "a number";
    } else if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a whole number";
    } else if (type == Instant.class) {
      return "a time as 2026-11-21T10:00:00Z";
    } else if (Collection.class.isAssignableFrom(type)) {
      return "a list in [ ]";
    } else if (Map.class.isAssignableFrom(type) || (type.isRecord() && !isText(type))) {
      return "an object in { }";
    }
    return "a text in quotes";
  }

  /** Made when somebody needs it, which is not at the start. */
  private static final class Names {
    static final ObjectMapper JSON = new ObjectMapper();
  }

  private static boolean isText(Class<?> type) {
    return Stream.<Executable[]>of(type.getDeclaredMethods(), type.getDeclaredConstructors())
        .flatMap(Stream::of)
        .filter(maker -> maker.isAnnotationPresent(JsonCreator.class))
        .anyMatch(maker -> List.of(maker.getParameterTypes()).equals(List.of(String.class)));
  }

  private static String position(JsonProcessingException failure) {
    JsonLocation location = failure.getLocation();
    return location == null
        ? ""
        : ", see line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static String place(JsonMappingException failure) {
    String place =
        failure.getPath().stream()
            .map(reference ->
                reference.getFieldName() == null
                    ? "[" + reference.getIndex() + "]"
                    : printable(reference.getFieldName(), 64))
            .collect(Collectors.joining("."));
    return place.isEmpty() ? "The body" : place;
  }

  /** Names come from outside and go into an answer and a log. */
  private static String printable(String name, int longest) {
    String clean = name.replaceAll("[^\\x20-\\x7e]", "?");
    return clean.length() > longest ? clean.substring(0, longest) + "…" : clean;
  }
}
