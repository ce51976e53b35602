package io.homecloud.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the application says that can be asked of it.
 *
 * @param words names of members of bodies and answers
 */
public record ApiDocument(List<Operation> operations, List<String> words) {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  /**
   * One of them.
   *
   * @param path with parameters in braces
   * @param parameters names of those in the query
   */
  public record Operation(String method, String path, List<String> parameters) {
    /** Whether others should be tried before it. */
    public boolean destroys() {
      return method.equals("DELETE") || path.endsWith("/export") || path.endsWith("/eject");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** Reads what the application answers as OpenAPI in JSON. */
  public static ApiDocument parse(String text) {
    JsonNode document;
    try {
      document = new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    List<Operation> operations = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(operation -> {
                  if (METHODS.contains(operation.getKey())) {
                    operations.add(
                        new Operation(
                            operation.getKey().toUpperCase(Locale.ROOT),
                            path.getKey(),
                            parameters(operation.getValue())));
                  }
                }));
    Set<String> words = new TreeSet<>();
    document
        .path("components")
        .path("schemas")
        .forEach(schema -> schema.path("properties").fieldNames().forEachRemaining(words::add));
    return new ApiDocument(List.copyOf(operations), List.copyOf(words));
  }

  /** The same with only those operations whose path begins so. */
  public ApiDocument below(String prefix) {
    return new ApiDocument(
        operations.stream().filter(operation -> operation.path().startsWith(prefix)).toList(),
        words);
  }

  private static List<String> parameters(JsonNode operation) {
    List<String> names = new ArrayList<>();
    operation
        .path("parameters")
        .forEach(parameter -> {
          if (parameter.path("in").asText().equals("query")) {
            names.add(parameter.path("name").asText());
          }
        });
    return names;
  }
}
